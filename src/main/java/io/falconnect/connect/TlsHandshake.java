// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Handshakes that find out what a server speaks. Nothing is sent over them that is of value. */
final class TlsHandshake {
  private TlsHandshake() {}

  /** Whether the server answers a handshake as a TLS server does. Trusts nobody. */
  static boolean isAnswered(InetSocketAddress server) {
    CertificateListener certificates = new CertificateListener();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {certificates}, new SecureRandom());
      try (Socket socket = PeerProtocol.connect(server)) {
        shakeHands(context, socket, server);
      }
      return true;
    } catch (SSLException e) {
      return certificates.hasSeenOne || isAlert(e);
    } catch (GeneralSecurityException | IOException e) {
      return certificates.hasSeenOne;
    }
  }

  private static boolean isAlert(SSLException e) {
    return String.valueOf(e.getMessage()).startsWith("Received fatal alert");
  }

  /**
   * What the server speaks inside of TLS, asked with the client's own key and trust stores. Without
   * TLS it is what the server speaks without, and {@code SILENT} where the handshake fails.
   *
   * @param settings Kafka's {@code ssl.*} settings, without prefix
   * @throws IOException when no connection can be made
   */
  static Inside findInside(InetSocketAddress server, Map<String, ?> settings) throws IOException {
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory();
        Socket socket = PeerProtocol.connect(server)) {
      factory.configure(definition.parse(settings));
      try (SSLSocket inside = shakeHands(factory.sslContext(), socket, server)) {
        return new Inside(true, PeerProtocol.ask(inside, PeerProtocol.kafkaRequest()));
      }
    } catch (IOException e) {
      PeerProtocol without = PeerProtocol.find(server);
      return without == PeerProtocol.TLS
          ? new Inside(true, PeerProtocol.SILENT)
          : new Inside(false, without);
    }
  }

  private static SSLSocket shakeHands(SSLContext context, Socket socket, InetSocketAddress server)
      throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, server.getHostString(), server.getPort(), true);
    secured.startHandshake();
    return secured;
  }

  /**
   * What a server speaks.
   *
   * @param isTls whether it is inside of TLS
   */
  record Inside(boolean isTls, PeerProtocol protocol) {}

  /** Notes that a server has shown a certificate, and refuses it. */
  private static final class CertificateListener implements X509TrustManager {
    private boolean hasSeenOne;

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody is trusted");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      hasSeenOne = true;
      throw new CertificateException("nobody is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
