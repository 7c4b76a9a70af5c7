// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * Adds the keys of one group to a definition, in the order in which the user reads them. Used by
 * one thread.
 */
public final class KeyGroup {
  private final ConfigDef definition;
  private final String name;
  private int lastOrder;

  /**
   * Continues the group where the definition already has keys of it.
   *
   * @param name the group's name, shown to the user
   */
  public KeyGroup(ConfigDef definition, String name) {
    this.definition = definition;
    this.name = name;
    this.lastOrder =
        definition.configKeys().values().stream()
            .filter(key -> name.equals(key.group))
            .mapToInt(key -> key.orderInGroup)
            .max()
            .orElse(0);
  }

  /** Begins a key. It is added when it is described. */
  public Key key(String key, Type type) {
    return new Key(key, type);
  }

  /** One key: optional, without a default and of medium importance unless it says otherwise. */
  public final class Key {
    private final String key;
    private final Type type;
    private Object defaultValue;
    private ConfigDef.Validator validator;
    private Importance importance = Importance.MEDIUM;
    private Width width;

    private Key(String key, Type type) {
      this.key = key;
      this.type = type;
      this.width =
          switch (type) {
            case BOOLEAN, INT, LONG, SHORT, DOUBLE -> Width.SHORT;
            case STRING -> Width.MEDIUM;
            case LIST, CLASS, PASSWORD -> Width.LONG;
          };
    }

    public Key required() {
      defaultValue = ConfigDef.NO_DEFAULT_VALUE;
      return this;
    }

    public Key defaultsTo(Object value) {
      defaultValue = value;
      return this;
    }

    /** Limits the values. A key without a value is always valid. */
    public Key validatedBy(ConfigDef.Validator check) {
      validator = Validators.unlessNull(check);
      return this;
    }

    /** Limits the values to these words. */
    public Key oneOf(String... words) {
      width = Width.SHORT;
      return validatedBy(ConfigDef.ValidString.in(words));
    }

    public Key high() {
      importance = Importance.HIGH;
      return this;
    }

    public Key low() {
      importance = Importance.LOW;
      return this;
    }

    /** Values are long, such as URLs. */
    public Key wide() {
      width = Width.LONG;
      return this;
    }

    /**
     * Adds the key to the definition.
     *
     * @param title its name in user interfaces
     * @param documentation plain text, also a cell of the configuration page
     * @return the group, for the next key
     */
    public KeyGroup describe(String title, String documentation) {
      definition.define(
          key,
          type,
          defaultValue,
          validator,
          importance,
          documentation,
          name,
          ++lastOrder,
          width,
          title);
      return KeyGroup.this;
    }
  }
}
