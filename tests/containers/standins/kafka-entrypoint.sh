#!/bin/bash
# As the official image's: every KAFKA_* variable is a property (_ is ., __ is _, ___ is -), written to /opt/kafka/config; storage is
# formatted at first start.
set -euo pipefail
properties=/opt/kafka/config/server.properties
: > "$properties"
while IFS='=' read -r name value; do
    key=$(sed -e 's/^KAFKA_//' -e 's/___/\x01/g' -e 's/__/\x02/g' -e 's/_/./g' -e 's/\x02/_/g' -e 's/\x01/-/g' <<<"$name" | tr '[:upper:]' '[:lower:]')
    echo "$key=$value" >> "$properties"
done < <(env | grep -E '^KAFKA_[A-Z_]+=' | grep -vE '^KAFKA_(HEAP_OPTS|OPTS|LOG4J)')
grep -q '^log.dirs=' "$properties" || echo "log.dirs=/tmp/kafka-logs" >> "$properties"
java=(/opt/java/bin/java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
    -Dlog4j2.configurationFile=/opt/kafka/log4j2.xml -cp '/opt/kafka/libs/*')
logs=$(sed -n 's/^log.dirs=//p' "$properties")
[ -f "$logs/meta.properties" ] ||
    "${java[@]}" kafka.tools.StorageTool format -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$properties"
exec "${java[@]}" kafka.Kafka "$properties"
