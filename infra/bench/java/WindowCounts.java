import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * What Kafka Streams takes for the least of what monitoring does: one count per model and minute of event time, exactly once.
 * Of an event only its time and its model are read, by a search for their names. Everything else is as it comes.
 *
 * java WindowCounts <settings file> <topic> <events> <warm-up>
 *
 * Prints the processor time of the whole process, from its start and without the events of the warm-up, and every count.
 */
public final class WindowCounts {
  private static final byte[] TIME = "\"time\":\"".getBytes(UTF_8);
  private static final byte[] MODEL = "\"model\":\"".getBytes(UTF_8);
  private static final byte[] NOTHING = new byte[0];
  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final long events;
  private final long warmUp;
  private final Map<String, Long> counts = new TreeMap<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long counted;
  private long warm;
  private long warmCpu;
  private long warmWall;
  private long lastCpu;
  private long lastWall;

  private WindowCounts(long events, long warmUp) {
    this.events = events;
    this.warmUp = warmUp;
  }

  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(args[0]))) {
      settings.load(file);
    }
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    WindowCounts peer = new WindowCounts(Long.parseLong(args[2]), Long.parseLong(args[3]));
    peer.run(settings, args[1]);
    System.out.println(peer.reading());
  }

  private void run(Properties settings, String topic) throws Exception {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withTimestampExtractor(new EventTime()))
        // What is not needed does not travel through the topic by which the events come to their model.
        .map((key, value) -> KeyValue.pair(text(value, MODEL), NOTHING))
        .groupByKey(Grouped.with(Serdes.String(), Serdes.ByteArray()))
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), Duration.ofDays(1)))
        .count()
        .toStream()
        .foreach(this::take);
    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    streams.setUncaughtExceptionHandler(error -> {
      done.completeExceptionally(error);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    try {
      streams.start();
      done.get(10, TimeUnit.MINUTES);
    } finally {
      // It commits; a count that went beyond the truth meanwhile shows in what is printed.
      streams.close(Duration.ofSeconds(30));
      streams.cleanUp();
      removeTopics(settings);
    }
  }

  /** Called by the one thread there is, with each commit, for each window that changed. */
  private void take(Windowed<String> window, Long count) {
    String name = window.key() + " " + window.window().start();
    Long before = counts.put(name, count);
    counted += count - (before == null ? 0 : before);
    if (warm == 0 && counted >= warmUp) {
      warm = counted;
      warmCpu = SYSTEM.getProcessCpuTime();
      warmWall = System.nanoTime();
    }
    if (counted == events) {
      lastCpu = SYSTEM.getProcessCpuTime();
      lastWall = System.nanoTime();
      done.complete(null);
    }
  }

  private String reading() throws IOException {
    String windows = counts.entrySet().stream().map(e -> "\"" + e.getKey() + "\":" + e.getValue()).collect(Collectors.joining(","));
    return String.format(
        "{\"events\":%d,\"cpuMicroseconds\":%d,\"wallMs\":%d,\"wholeCpuMicroseconds\":%d,\"peakRssMiB\":%d,\"counted\":%d,\"windows\":{%s}}",
        events - warm, (lastCpu - warmCpu) / 1000, (lastWall - warmWall) / 1_000_000, lastCpu / 1000, peakRssMiB(), counted, windows);
  }

  private static long peakRssMiB() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return 0;
    List<String> peak = Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM")).toList();
    return peak.isEmpty() ? 0 : Long.parseLong(peak.get(0).replaceAll("\\D", "")) / 1024;
  }

  private static void removeTopics(Properties settings) throws Exception {
    String prefix = settings.getProperty(StreamsConfig.APPLICATION_ID_CONFIG) + "-";
    try (Admin admin = Admin.create(settings)) {
      List<String> own = admin.listTopics().names().get().stream().filter(name -> name.startsWith(prefix)).toList();
      admin.deleteTopics(own).all().get();
    }
  }

  /** The text that follows a field's name; null when the event has no such field. */
  private static String text(byte[] value, byte[] name) {
    for (int at = 0; at + name.length < value.length; at += 1) {
      int same = 0;
      while (same < name.length && value[at + same] == name[same]) same += 1;
      if (same < name.length) continue;
      int from = at + name.length;
      int to = from;
      while (value[to] != '"') to += 1;
      return new String(value, from, to - from, UTF_8);
    }
    return null;
  }

  /** Event time stands in the event: the record's own is when it was sent. */
  private static final class EventTime implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
      return Instant.parse(text((byte[]) record.value(), TIME)).toEpochMilli();
    }
  }
}
