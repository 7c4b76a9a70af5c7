// Runs fal's official client against the simulator: what the client takes for fal has to be fal
// enough. The client has fal's hosts built in, so its fetch and its WebSocket are led elsewhere.
import assert from "node:assert/strict";
import { WebSocket as Socket } from "ws";
import { createFalClient } from "@fal-ai/client";

const KEY = process.env.FAL_SIMULATOR_KEY;
const HOSTS = {
  "queue.fal.run": process.env.FAL_SIMULATOR_QUEUE_URL,
  "fal.run": process.env.FAL_SIMULATOR_RUN_URL,
  "rest.fal.ai": process.env.FAL_SIMULATOR_REST_URL,
};
const PATIENCE_MS = 30_000;

function led(url) {
  const official = new URL(url);
  const base = HOSTS[official.host];
  assert.ok(base, `the client went to ${official.host}`);
  return new URL(official.pathname + official.search, base);
}

const contacted = new Set();
globalThis.WebSocket = class extends Socket {
  constructor(url) {
    const target = led(url);
    target.protocol = target.protocol.replace("http", "ws");
    super(target);
    contacted.add(new URL(url).host);
    this.binaryType = "arraybuffer";
  }
};

const fal = createFalClient({
  credentials: KEY,
  retry: { maxRetries: 2, baseDelay: 10, maxDelay: 20 },
  fetch: (url, options) => {
    contacted.add(new URL(url).host);
    return fetch(led(url), options);
  },
});

async function check(name, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name}: no end in sight`)), PATIENCE_MS);
  });
  await Promise.race([body(), late]);
  clearTimeout(timer);
  console.log(`ok - ${name}`);
}

function resultOf(promise) {
  return promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}

const ENDPOINT = "fal-ai/flux/dev";

await check("submit, streamStatus, status, result", async () => {
  const submitted = await fal.queue.submit(ENDPOINT, { input: { prompt: "a falcon" } });
  assert.equal(submitted.status, "IN_QUEUE");
  assert.match(submitted.status_url, /\/fal-ai\/flux\/requests\/[^/]+\/status$/);
  const requestId = submitted.request_id;

  const statuses = [];
  const lines = [];
  const stream = await fal.queue.streamStatus(ENDPOINT, { requestId, logs: true });
  stream.on("data", (event) => {
    statuses.push(event.status);
    lines.push(...(event.logs ?? []).map((line) => line.message));
  });
  const last = await stream.done();
  assert.equal(last.status, "COMPLETED");
  assert.equal(last.request_id, requestId);
  assert.equal(typeof last.metrics.inference_time, "number");
  assert.equal(statuses.at(-1), "COMPLETED");
  assert.deepEqual(lines, ["started"]);

  const status = await fal.queue.status(ENDPOINT, { requestId, logs: true });
  assert.equal(status.status, "COMPLETED");
  assert.deepEqual(Object.keys(status.logs[0]).sort(), ["level", "message", "source", "timestamp"]);

  const result = await fal.queue.result(ENDPOINT, { requestId });
  assert.equal(result.requestId, requestId);
  assert.equal(result.data.seed, 7);
});

await check("subscribe by streaming", async () => {
  const updates = [];
  const result = await fal.subscribe(ENDPOINT, {
    input: { prompt: "a falcon" },
    mode: "streaming",
    logs: true,
    onQueueUpdate: (update) => updates.push(update.status),
  });
  assert.equal(result.data.seed, 7);
  assert.equal(updates.at(-1), "COMPLETED");
});

await check("cancel", async () => {
  const { request_id: requestId } = await fal.queue.submit("fal-ai/slow", { input: { n: 1 } });
  await fal.queue.cancel("fal-ai/slow", { requestId });
  const status = await fal.queue.status("fal-ai/slow", { requestId });
  assert.equal(status.status, "COMPLETED");
  assert.equal(status.error_type, "client_cancelled");
  const { error } = await resultOf(fal.queue.result("fal-ai/slow", { requestId }));
  assert.equal(error.status, 499);
});

await check("errors of the queue", async () => {
  const missing = await resultOf(fal.queue.status(ENDPOINT, { requestId: "nobody" }));
  assert.equal(missing.error.status, 404);

  const { request_id: requestId } = await fal.queue.submit("fal-ai/failing", { input: { n: 1 } });
  const stream = await fal.queue.streamStatus("fal-ai/failing", { requestId });
  const last = await stream.done();
  assert.equal(last.error_type, "bad_request");
  const failed = await resultOf(fal.queue.result("fal-ai/failing", { requestId }));
  assert.equal(failed.error.name, "ValidationError");
  assert.equal(failed.error.status, 422);

  const flaky = await fal.queue.submit("fal-ai/flaky", { input: { n: 1 } });
  assert.equal(flaky.status, "IN_QUEUE");
});

await check("stream", async () => {
  const stream = await fal.stream("fal-ai/llm", { input: { prompt: "a falcon" } });
  const partials = [];
  for await (const event of stream) {
    partials.push(event.partial);
  }
  const last = await stream.done();
  assert.deepEqual(partials, [0, 1, 2]);
  assert.equal(last.done, true);
  assert.equal(last.echo.prompt, "a falcon");
  assert.ok(stream.requestId);

  const refused = await fal.stream("fal-ai/refusing", { input: { n: 1 } });
  const { error } = await resultOf(refused.done());
  assert.equal(error.name, "ValidationError");
});

function connect(app, options, onOpen) {
  return new Promise((resolve, reject) => {
    const results = [];
    const connection = fal.realtime.connect(app, {
      throttleInterval: 0,
      onResult: (result) => {
        results.push(result);
        if (results.length === options.results) {
          connection.close();
          resolve(results);
        }
      },
      onError: reject,
      ...options.handler,
    });
    onOpen(connection);
  });
}

await check("realtime", async () => {
  const [first] = await connect("fal-ai/fast-sdxl", { results: 1 }, (connection) =>
    connection.send({ request_id: "r-1", prompt: "a falcon" }),
  );
  assert.equal(first.request_id, "r-1");
  assert.equal(first.echo.prompt, "a falcon");
  assert.ok(first.images[0].content instanceof Uint8Array);

  const failure = await resultOf(
    connect("fal-ai/fast-sdxl", { results: 1, handler: { connectionKey: "poisoned" } }, (connection) =>
      connection.send({ request_id: "r-2", poison: true }),
    ),
  );
  assert.match(failure.error.message, /^INTERNAL_ERROR/);
});

assert.deepEqual([...contacted].sort(), Object.keys(HOSTS).sort());
console.log("ok - only fal's own hosts were asked for");
process.exit(0);
