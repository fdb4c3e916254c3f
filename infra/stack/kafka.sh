# shellcheck shell=bash
# Kafka as one KRaft node, broker and controller in one process.

kafka_install() {
  find_java 17 >/dev/null || apt_install default-jre-headless
  find_java 17 >/dev/null || die "Kafka needs Java 17 or later: install one, or set JAVA_HOME"
  fetch_jars kafka copy-dependencies
}

kafka_start() {
  choose_port kafka 19092 "${TARANG_KAFKA_PORT:-}"
  choose_port kafka-controller $(($(port_of kafka) + 1)) "${TARANG_KAFKA_CONTROLLER_PORT:-}"
  kafka_properties >"$run/kafka.properties"
  [[ -f $data/kafka/meta.properties ]] || kafka_format
  # log4j has no file to read, only this level; it writes to stdout
  launch kafka "$(find_java 17)" -Xmx512m -Dorg.apache.logging.log4j.level=INFO -cp "$jars/kafka/*" kafka.Kafka "$run/kafka.properties"
}

kafka_format() {
  local id
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | tr -d =)
  rm -rf "${data:?}/kafka"
  "$(find_java 17)" -cp "$jars/kafka/*" kafka.tools.StorageTool format --standalone \
    -t "$id" -c "$run/kafka.properties" >>"$logs/kafka.log" 2>&1 || die_of kafka "Kafka's data could not be formatted"
}

# Timings for tests: a group starts at once, a dead consumer or broker is noticed within two seconds.
kafka_properties() {
  local broker controller
  broker=127.0.0.1:$(port_of kafka) controller=127.0.0.1:$(port_of kafka-controller)
  cat <<EOF
node.id=1
process.roles=broker,controller
listeners=PLAINTEXT://$broker,CONTROLLER://$controller
advertised.listeners=PLAINTEXT://$broker,CONTROLLER://$controller
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=$controller
log.dirs=$data/kafka
auto.create.topics.enable=false
message.max.bytes=8388608
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
EOF
}

# Asks for the metadata of all topics (API 3, version 1) by hand, since a Java client takes longer to start than the
# broker does. The answer lists the brokers that take requests: the four bytes after size and correlation id count them.
kafka_answers() {
  local brokers
  brokers=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" || exit
    printf "\0\0\0\x13" >&3                                             # size
    printf "\0\x03" >&3; printf "\0\x01" >&3; printf "\0\0\0\x07" >&3   # API, version, correlation id
    printf "\0\x05stack" >&3; printf "\xff\xff\xff\xff" >&3             # client id, all topics
    head -c 12 <&3 | od -An -tu1 -j8' "$(port_of kafka)" 2>/dev/null) || return 1
  [[ $brokers =~ 0\ +0\ +0\ +1$ ]]
}

kafka_env() { echo "KAFKA_BROKERS=127.0.0.1:$(port_of kafka)"; }
