#!/usr/bin/env bash
# Starts the Connect worker of docker-compose.yml. Whether there is a key decides whom connectors talk to.
set -euo pipefail

if [[ -n "${FAL_KEY:-}" ]]; then
  export FAL_QUEUE_URL=https://queue.fal.run FAL_RUN_URL=https://fal.run FAL_REST_URL=https://rest.fal.ai
else
  export FAL_KEY=simulated
  export FAL_QUEUE_URL=http://fal:8090 FAL_RUN_URL=http://fal:8091 FAL_REST_URL=http://fal:8092
fi
echo "Connectors talk to $FAL_QUEUE_URL"

exec /opt/kafka/bin/connect-distributed.sh /opt/kafka/config/connect-fal.properties
