// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.account.Credentials;
import io.falconnect.simulator.account.RateLimit;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.account.RequestGate;
import io.falconnect.simulator.account.TokenRoutes;
import io.falconnect.simulator.account.TokenShape;
import io.falconnect.simulator.account.TrafficLog;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.FaultQueue;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.http.EventLoop;
import io.falconnect.simulator.http.Listener;
import io.falconnect.simulator.http.ListenerOptions;
import io.falconnect.simulator.http.SelfSignedStore;
import io.falconnect.simulator.queue.QueueRequests;
import io.falconnect.simulator.queue.QueueRoutes;
import io.falconnect.simulator.queue.RequestHandle;
import io.falconnect.simulator.queue.Script;
import io.falconnect.simulator.queue.StatusJson;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import io.falconnect.simulator.realtime.RealtimeRoutes;
import io.falconnect.simulator.stream.StreamApp;
import io.falconnect.simulator.stream.StreamHandle;
import io.falconnect.simulator.stream.StreamRoutes;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * fal on loopback: its queue, run and rest hosts as three listeners. All state lives on one event
 * loop; every method may be called from any thread and has taken effect when it returns.
 */
public final class FalSimulator implements AutoCloseable {
  /** A number of times for faults that never end. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private final EventLoop loop = new EventLoop();
  private final TrafficLog traffic = new TrafficLog();
  private final FaultQueue faults = new FaultQueue();
  private final Credentials access;
  private final QueueRequests requests;
  private final RealtimeRoutes realtimeRoutes;
  private final StreamRoutes streamRoutes;
  private final TokenRoutes tokenRoutes;
  private final SelfSignedStore store;
  private final List<Listener> listeners;

  private final RequestGate gate;

  private FalSimulator(SimulatorConfig config) {
    access = new Credentials(config.apiKey());
    requests = new QueueRequests(loop, config.defaultScript(), config.adoptUnknown());
    store = config.tls() ? SelfSignedStore.shared() : null;
    gate = new RequestGate(traffic, access, faults, new RateLimit(config.requestsPerSecond()));
    StatusJson statusJson = new StatusJson(this::queueUrl, config.stampEvents());
    QueueRoutes queueRoutes = new QueueRoutes(loop, gate, traffic, requests, statusJson);
    realtimeRoutes =
        new RealtimeRoutes(
            loop, gate, traffic, access, config.realtimeApp(), config.realtimeSessionLimit());
    streamRoutes = new StreamRoutes(loop, gate);
    tokenRoutes = new TokenRoutes(gate, access, config.tokenShape());
    ListenerOptions options =
        new ListenerOptions(config.host(), store, config.http2(), config.maxConcurrentStreams());
    listeners =
        List.of(
            new Listener(loop, config.queuePort(), options, queueRoutes::handle),
            new Listener(loop, config.runPort(), options, this::routeRunHost),
            new Listener(loop, config.restPort(), options, tokenRoutes::handle));
    loop.repeat(config.keepAlive(), queueRoutes::sendComments);
  }

  public static FalSimulator start() {
    return start(SimulatorConfig.defaults());
  }

  public static FalSimulator start(SimulatorConfig config) {
    FalSimulator simulator = new FalSimulator(config);
    try {
      simulator.restart();
      return simulator;
    } catch (RuntimeException e) {
      simulator.close();
      throw e;
    }
  }

  public String queueUrl() {
    return listeners.get(0).url();
  }

  public String runUrl() {
    return listeners.get(1).url();
  }

  public String restUrl() {
    return listeners.get(2).url();
  }

  /** A PKCS12 store that trusts the simulator's certificate; null without TLS. */
  public Path trustStore() {
    return store == null ? null : store.path();
  }

  public String trustStorePassword() {
    return store == null ? null : store.password();
  }

  /** A TLS context that trusts the simulator's certificate. */
  public SSLContext sslContext() {
    return store.createTrustingContext();
  }

  /** Closes all sockets. Requests and their timers go on. */
  public void stop() {
    listeners.forEach(Listener::stop);
  }

  /** Listens again on the same ports. */
  public void restart() {
    listeners.forEach(Listener::start);
  }

  /** Resets every connection. The simulator keeps listening. */
  public void resetConnections() {
    loop.run(() -> listeners.forEach(Listener::resetConnections));
  }

  /** Creates a request with a given id; its script starts now. */
  public RequestHandle registerRequest(String requestId, String endpoint, Script script) {
    loop.run(() -> requests.register(requestId, endpoint, script, null));
    return request(requestId);
  }

  /** A handle of a request that exists or will exist. */
  public RequestHandle request(String requestId) {
    return new RequestHandle(loop, requests, requestId);
  }

  /** Removes the request: from now on it is unknown. */
  public void forgetRequest(String requestId) {
    loop.run(() -> requests.forget(requestId));
  }

  /** The script of all requests that are submitted from now on. */
  public void setDefaultScript(Script script) {
    loop.run(() -> requests.setDefaultScript(script));
  }

  /** The script of requests that are submitted to the endpoint from now on. */
  public void setScript(String endpoint, Script script) {
    setScript(endpoint, input -> script);
  }

  /** The script of requests that are submitted to the endpoint from now on, by their input. */
  public void setScript(String endpoint, Function<JsonNode, Script> byInput) {
    loop.run(() -> requests.setScript(endpoint, byInput));
  }

  /** The ids of submitted requests, in order. */
  public List<String> submittedIds() {
    return loop.call(requests::submittedIds);
  }

  public RealtimeHandle registerRealtimeApp(String endpoint, RealtimeApp app) {
    return new RealtimeHandle(loop, loop.call(() -> realtimeRoutes.register(endpoint, app)));
  }

  public RealtimeHandle realtimeApp(String endpoint) {
    return new RealtimeHandle(loop, loop.call(() -> realtimeRoutes.stateOf(endpoint)));
  }

  public StreamHandle registerStreamApp(String endpoint, StreamApp app) {
    return new StreamHandle(loop, loop.call(() -> streamRoutes.register(endpoint, app)));
  }

  public StreamHandle streamApp(String endpoint) {
    return new StreamHandle(loop, loop.call(() -> streamRoutes.stateOf(endpoint)));
  }

  /** Attaches a fault to the request's next {@code times} status streams. */
  public void attachFault(String requestId, Fault fault, int times) {
    attachFault(requestId, Surface.STATUS_STREAM, fault, times);
  }

  /** Attaches a fault to the next {@code times} uses of a surface by a request or endpoint id. */
  public void attachFault(String key, Surface surface, Fault fault, int times) {
    loop.run(() -> faults.attach(key, surface, fault, times));
  }

  /** Attaches a fault to the next {@code times} uses of a surface by anyone. */
  public void attachFault(Surface surface, Fault fault, int times) {
    loop.run(() -> faults.attach(null, surface, fault, times));
  }

  public void clearFaults() {
    loop.run(faults::clear);
  }

  /** Sets the API key that requests need from now on; null for none. */
  public void setApiKey(String key) {
    loop.run(() -> access.setApiKey(key));
  }

  /** Locks the account: from now on every request is refused with 403 and these words. */
  public void lockAccount(String words) {
    loop.run(() -> access.setLock(words));
  }

  public void unlockAccount() {
    loop.run(() -> access.setLock(null));
  }

  /** Refuses every posted input that contains a text with 403; null refuses none. */
  public void forbidInputsWith(String text) {
    loop.run(() -> gate.forbidInputsWith(text));
  }

  public void setTokenShape(TokenShape shape) {
    loop.run(() -> tokenRoutes.setShape(shape));
  }

  /** Makes all tokens minted so far invalid. */
  public void expireTokens() {
    loop.run(access::expireTokens);
  }

  public int tokensMinted() {
    return loop.call(access::mintedCount);
  }

  /** The last 10,000 requests, oldest first. */
  public List<ReceivedRequest> receivedRequests() {
    return loop.call(traffic::requests);
  }

  public int openStreams() {
    return loop.call(traffic::openStreams);
  }

  public int maxOpenStreams() {
    return loop.call(traffic::maxOpenStreams);
  }

  public int streamsOpened(String requestId) {
    return loop.call(() -> traffic.streamsOpened(requestId));
  }

  /** How often the key or a token was wrong or missing. */
  public int unauthorizedCount() {
    return loop.call(traffic::unauthorizedCount);
  }

  /** How many requests were answered 429 because of the rate limit. */
  public int rateLimitedCount() {
    return loop.call(traffic::rateLimitedCount);
  }

  public int openSessions() {
    return loop.call(traffic::openSessions);
  }

  public int maxOpenSessions() {
    return loop.call(traffic::maxOpenSessions);
  }

  public int requestCount() {
    return loop.call(requests::size);
  }

  public int openConnections() {
    return loop.call(() -> listeners.stream().mapToInt(Listener::openConnections).sum());
  }

  /** How many connections were opened so far. */
  public int connectionsOpened() {
    return loop.call(() -> listeners.stream().mapToInt(Listener::openedConnections).sum());
  }

  @Override
  public void close() {
    loop.close();
  }

  private void routeRunHost(HttpServerRequest request) {
    if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      realtimeRoutes.handle(request);
    } else {
      streamRoutes.handle(request);
    }
  }
}
