// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import org.pcollections.TreePMap;

/**
 * The open watches of a shard, and the repeats that must not open a watch again. Immutable.
 *
 * @param watches the open watches by the identity of their requests
 * @param repeats the last control offset at which a request was asked for again while its watch of
 *     this shard was open; kept after the watch has ended, as long as that record may be read again
 */
record OpenWatchSet(
    TreePMap<RequestIdentity, WatchState> watches, TreePMap<RequestIdentity, Long> repeats) {
  static final OpenWatchSet EMPTY = new OpenWatchSet(TreePMap.empty(), TreePMap.empty());

  boolean isEmpty() {
    return watches.isEmpty() && repeats.isEmpty();
  }

  OpenWatchSet plus(WatchState watch) {
    return new OpenWatchSet(watches.plus(watch.identity(), watch), repeats);
  }

  OpenWatchSet minus(RequestIdentity identity) {
    return new OpenWatchSet(watches.minus(identity), repeats);
  }

  OpenWatchSet plusRepeat(RequestIdentity identity, long controlOffset) {
    Long known = repeats.get(identity);
    return known != null && known >= controlOffset
        ? this
        : new OpenWatchSet(watches, repeats.plus(identity, controlOffset));
  }

  OpenWatchSet minusRepeat(RequestIdentity identity) {
    return new OpenWatchSet(watches, repeats.minus(identity));
  }
}
