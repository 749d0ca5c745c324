FROM copydesk-standin-debian
RUN useradd --uid 1000 appuser && mkdir -p /var/lib/kafka/data /opt/kafka/config && chown -R appuser /var/lib/kafka /opt/kafka
COPY java /opt/java
COPY jars /opt/kafka/libs
COPY kafka-log4j2.xml /opt/kafka/log4j2.xml
COPY kafka-entrypoint.sh /etc/kafka/docker/run
USER appuser
VOLUME /var/lib/kafka/data
CMD ["/etc/kafka/docker/run"]
