#!/usr/bin/env bash
# Stand-ins for the images of docker-compose.yml and of the tests in containers, for a machine that has a Docker engine
# but reaches no image registry: Debian with Java, the jars that the build has fetched, and scripts under the names that
# the real images give them. Needs root, debootstrap, and a build that got as far as the integration tests. There are none
# of Kafka UI and Grafana.
set -euo pipefail
cd "$(dirname "$0")/../../.."

base=kafka-connect-fal/debian-java
kafka=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' pom.xml)
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

image_of() { sed -n "s:^ *image\: \(.*$1.*\)$:\1:p" docker-compose.yml | head -1; }
temurin() { sed -n "s:^FROM \(eclipse-temurin.*-$1-[^ ]*\) .*:\1:p" docker/Dockerfile; }
build() { docker build -q -t "$1" -f "$context/$2/Dockerfile" "$context/$2"; }

if ! docker image inspect "$base" > /dev/null 2>&1; then
  debootstrap --variant=minbase --include=openjdk-17-jdk-headless,ca-certificates,procps,wget bookworm "$context/root"
  tar -C "$context/root" -c . | docker import - "$base" > /dev/null
fi
docker tag "$base" "$(temurin jdk)"
docker tag "$base" "$(temurin jre)"

mkdir -p "$context"/kafka/{bin,docker,libs}
tr ':' '\n' < target/kafka.classpath | xargs cp -t "$context/kafka/libs"
# Kafka's distribution has these too.
./mvnw -q dependency:copy -Dartifact=org.apache.kafka:kafka-tools:"$kafka" -DoutputDirectory="$context/kafka/libs"
tr ':' '\n' < target/tools.classpath | grep /pcollections- | xargs cp -t "$context/kafka/libs"
tool() {
  printf '#!/bin/sh\nLEVEL=%s exec /opt/kafka/bin/kafka-run-class.sh %s "$@"\n' "$3" "$2" > "$context/kafka/bin/$1.sh"
}
tool connect-distributed org.apache.kafka.connect.cli.ConnectDistributed INFO
tool kafka-console-consumer org.apache.kafka.tools.consumer.ConsoleConsumer WARN
tool kafka-console-producer org.apache.kafka.tools.ConsoleProducer WARN
tool kafka-topics org.apache.kafka.tools.TopicCommand WARN
cat > "$context/kafka/bin/kafka-run-class.sh" << 'END'
#!/bin/sh
exec java ${KAFKA_HEAP_OPTS:--Xmx512m} -Dlog4j2.configurationFile=/etc/kafka/docker/log4j2.properties $KAFKA_OPTS \
  -cp '/opt/kafka/libs/*' "$@"
END
cat > "$context/kafka/docker/run" << 'END'
#!/bin/bash
set -e
export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}
/opt/kafka/bin/kafka-run-class.sh kafka.docker.KafkaDockerWrapper setup --default-configs-dir /etc/kafka/docker \
  --mounted-configs-dir /mnt/shared/config --final-configs-dir /opt/kafka/config
exec /opt/kafka/bin/kafka-run-class.sh kafka.Kafka /opt/kafka/config/server.properties
END
cat > "$context/kafka/docker/log4j2.properties" << 'END'
rootLogger.level=${env:LEVEL:-INFO}
rootLogger.appenderRef.out.ref=out
appender.out.name=out
appender.out.type=Console
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %X{connector.context}%m (%c)%n
END
touch "$context"/kafka/docker/{server.properties,log4j2.yaml,tools-log4j2.yaml}
chmod 755 "$context"/kafka/{bin,docker}/*
cat > "$context/kafka/Dockerfile" << END
FROM $base
COPY libs /opt/kafka/libs
COPY bin /opt/kafka/bin
COPY docker /etc/kafka/docker
RUN useradd -m appuser \
    && mkdir -p /opt/kafka/config /mnt/shared/config /etc/kafka/secrets /var/lib/kafka/data \
    && chown -R appuser /opt/kafka/config /etc/kafka /var/lib/kafka /mnt/shared
USER appuser
EXPOSE 9092
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
CMD ["/etc/kafka/docker/run"]
END
build "apache/kafka:$kafka" kafka

mkdir "$context/registry"
cp -r target/schema-registry/. "$context/registry"
cat > "$context/registry/Dockerfile" << END
FROM $base
COPY . /opt/registry
CMD ["bash", "-c", "exec java -Xmx384m -cp /opt/registry/*-runner.jar io.quarkus.runner.GeneratedMain"]
END
build "$(image_of apicurio-registry)" registry

if command -v prometheus > /dev/null; then
  mkdir "$context/prometheus"
  cp "$(command -v prometheus)" "$context/prometheus"
  cat > "$context/prometheus/Dockerfile" << END
FROM $base
COPY prometheus /bin/
RUN mkdir /prometheus && chown nobody /prometheus
USER nobody
ENTRYPOINT ["/bin/prometheus"]
END
  build "$(image_of prom/prometheus)" prometheus
fi
