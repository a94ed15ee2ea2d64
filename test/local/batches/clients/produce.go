// Sends each file of a folder as a record, with its SHA-256 in a header: produce <client> <brokers> <folder> <topic>=<codec> …
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/IBM/sarama"
	"github.com/twmb/franz-go/pkg/kgo"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	client, brokers, folder := os.Args[1], os.Args[2], os.Args[3]
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	must(err)
	sort.Strings(names)
	var values [][]byte
	for _, name := range names {
		value, err := os.ReadFile(name)
		must(err)
		values = append(values, value)
	}
	for _, one := range os.Args[4:] {
		topic, codec, _ := strings.Cut(one, "=")
		if client == "franz-go" {
			withFranz(brokers, topic, codec, values)
		} else {
			withSarama(brokers, topic, codec, values)
		}
	}
}

func hash(value []byte) []byte {
	sum := sha256.Sum256(value)
	return []byte(hex.EncodeToString(sum[:]))
}

func withFranz(brokers, topic, codec string, values [][]byte) {
	codecs := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	producer, err := kgo.NewClient(
		kgo.SeedBrokers(brokers), kgo.ProducerBatchCompression(codecs[codec]), kgo.ProducerLinger(500*time.Millisecond),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
	)
	must(err)
	defer producer.Close()
	var records []*kgo.Record
	for _, value := range values {
		headers := []kgo.RecordHeader{{Key: "sha256", Value: hash(value)}}
		records = append(records, &kgo.Record{Topic: topic, Partition: 0, Value: value, Headers: headers})
	}
	must(producer.ProduceSync(context.Background(), records...).FirstErr())
}

func withSarama(brokers, topic, codec string, values [][]byte) {
	codecs := map[string]sarama.CompressionCodec{
		"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
		"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
	}
	config := sarama.NewConfig()
	config.Version = sarama.V2_1_0_0
	config.Producer.Compression = codecs[codec]
	config.Producer.Return.Successes = true
	config.Producer.Flush.Frequency = 500 * time.Millisecond
	config.Producer.Partitioner = sarama.NewManualPartitioner
	producer, err := sarama.NewSyncProducer([]string{brokers}, config)
	must(err)
	defer producer.Close()
	var messages []*sarama.ProducerMessage
	for _, value := range values {
		headers := []sarama.RecordHeader{{Key: []byte("sha256"), Value: hash(value)}}
		messages = append(messages, &sarama.ProducerMessage{Topic: topic, Value: sarama.ByteEncoder(value), Headers: headers})
	}
	must(producer.SendMessages(messages))
}
