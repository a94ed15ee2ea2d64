import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends each file of a folder as a record, with its SHA-256 in a header: Produce.java brokers folder topic=codec … */
public class Produce {
  public static void main(String[] args) throws Exception {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(Paths.get(args[1]))) {
      folder.forEach(files::add);
    }
    Collections.sort(files);
    for (int at = 2; at < args.length; at++) {
      String[] one = args[at].split("=");
      send(args[0], one[0], one[1], files);
    }
  }

  static void send(String brokers, String topic, String codec, List<Path> files) throws Exception {
    Map<String, Object> options = new HashMap<>();
    options.put("bootstrap.servers", brokers);
    options.put("compression.type", codec);
    options.put("linger.ms", 500);
    options.put("batch.size", 900_000);
    options.put("max.request.size", 200_000_000);
    options.put("buffer.memory", 300_000_000L);
    List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(options, bytes, bytes)) {
      for (Path file : files) {
        byte[] value = Files.readAllBytes(file);
        StringBuilder hash = new StringBuilder();
        for (byte one : MessageDigest.getInstance("SHA-256").digest(value)) hash.append(String.format("%02x", one));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, null, value);
        record.headers().add(new RecordHeader("sha256", hash.toString().getBytes()));
        sent.add(producer.send(record));
      }
      producer.flush();
      for (java.util.concurrent.Future<RecordMetadata> one : sent) one.get();
    }
  }
}
