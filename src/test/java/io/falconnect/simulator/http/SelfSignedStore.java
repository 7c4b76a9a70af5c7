// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key and its self-signed certificate for loopback, in a PKCS12 file made at run time. */
public final class SelfSignedStore {
  private static final String PASSWORD = "store-" + UUID.randomUUID();
  private static final long PATIENCE_SECONDS = 60;
  private static SelfSignedStore shared;

  private final Path path;

  private SelfSignedStore(Path path) {
    this.path = path;
  }

  /** One store for all simulators of a JVM, because creating a key takes long. */
  public static synchronized SelfSignedStore shared() {
    if (shared == null) {
      shared = new SelfSignedStore(createStore());
    }
    return shared;
  }

  /** The file with the key; it is a trust store for the certificate too. */
  public Path path() {
    return path;
  }

  public String password() {
    return PASSWORD;
  }

  public SSLContext createTrustingContext() {
    try (InputStream in = Files.newInputStream(path)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the store cannot be read", e);
    }
  }

  private static Path createStore() {
    try {
      Path folder = Files.createTempDirectory("fal-simulator");
      Path store = folder.resolve("loopback.p12");
      folder.toFile().deleteOnExit();
      store.toFile().deleteOnExit();
      runKeytool(store);
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while making a key", e);
    }
  }

  private static void runKeytool(Path store) throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            "loopback",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1",
            "-ext",
            "BC=ca:true",
            "-validity",
            "30",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("keytool does not end");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("keytool failed with " + process.exitValue());
    }
  }
}
