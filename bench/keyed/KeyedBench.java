import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Confluent's Parallel Consumer on one partition in key order, concurrency 100. Arguments: brokers, topic, records, then
 * counts of keys. Prints for each count the milliseconds from the first record's work to the end of the last one's.
 */
public class KeyedBench {
  public static void main(String[] args) throws Exception {
    int records = Integer.parseInt(args[2]);
    for (int at = 3; at < args.length; at++) {
      int keys = Integer.parseInt(args[at]);
      System.out.println(keys + " " + run(args[0], args[1] + "-" + keys, records, keys));
    }
    System.exit(0);
  }

  static double run(String brokers, String topic, int records, int keys) throws Exception {
    produce(brokers, topic, records, keys);
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("group.id", UUID.randomUUID().toString());
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.put("max.poll.records", "10000");
    properties.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    properties.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    KafkaConsumer<String, String> consumer = new KafkaConsumer<>(properties);
    ParallelStreamProcessor<String, String> processor =
        ParallelStreamProcessor.createEosStreamProcessor(
            ParallelConsumerOptions.<String, String>builder()
                .ordering(ParallelConsumerOptions.ProcessingOrder.KEY)
                .maxConcurrency(100)
                .consumer(consumer)
                .build());
    processor.subscribe(List.of(topic));
    AtomicLong first = new AtomicLong();
    CountDownLatch left = new CountDownLatch(records);
    processor.poll(
        context -> {
          first.compareAndSet(0, System.nanoTime());
          int work = Integer.parseInt(context.getSingleConsumerRecord().value());
          if (work > 0) {
            try {
              Thread.sleep(work);
            } catch (InterruptedException interrupted) {
              throw new IllegalStateException(interrupted);
            }
          }
          left.countDown();
        });
    left.await();
    double took = (System.nanoTime() - first.get()) / 1e6;
    processor.close(Duration.ofSeconds(10), io.confluent.parallelconsumer.internal.DrainingCloseable.DrainingMode.DONT_DRAIN);
    return took;
  }

  /** The value of each record says how many milliseconds of work it is. */
  static void produce(String brokers, String topic, int records, int keys) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
    properties.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties)) {
      Future<?> last = null;
      for (int index = 0; index < records; index++) {
        String work = String.valueOf((index * 2654435761L % 4294967296L) % 6);
        last = producer.send(new ProducerRecord<>(topic, 0, "key-" + index % keys, work));
      }
      last.get();
    }
  }
}
