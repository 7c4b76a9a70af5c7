// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Reads all that a process shows by JMX. */
final class JmxBeans {
  private JmxBeans() {}

  /** JVM arguments that open JMX on a port. */
  static String[] jvmArgs(int port) {
    String key = "-Dcom.sun.management.jmxremote.";
    return new String[] {
      key + "port=" + port,
      key + "rmi.port=" + port,
      key + "host=127.0.0.1",
      key + "authenticate=false",
      key + "ssl=false",
      "-Djava.rmi.server.hostname=127.0.0.1"
    };
  }

  /** The names and attributes of all beans, one in each line. */
  static String readAll(int port) {
    try (JMXConnector connector =
        JMXConnectorFactory.connect(
            new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi"))) {
      MBeanServerConnection beans = connector.getMBeanServerConnection();
      StringBuilder text = new StringBuilder();
      for (ObjectName name : beans.queryNames(null, null)) {
        append(text, beans, name);
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder text, MBeanServerConnection beans, ObjectName name)
      throws IOException {
    text.append(name).append('\n');
    try {
      for (MBeanAttributeInfo attribute : beans.getMBeanInfo(name).getAttributes()) {
        text.append("  ").append(attribute.getName()).append(" = ");
        text.append(value(beans, name, attribute.getName())).append('\n');
      }
    } catch (JMException e) {
      // The bean was removed after its name was read.
    }
  }

  private static String value(MBeanServerConnection beans, ObjectName name, String attribute)
      throws IOException {
    try {
      Object value = beans.getAttribute(name, attribute);
      return value instanceof Object[] array ? Arrays.deepToString(array) : String.valueOf(value);
    } catch (JMException | RuntimeException e) {
      return e.toString();
    }
  }
}
