FROM copydesk-standin-debian AS package
WORKDIR /package
# The programs alone: what the package needs beside them is for its web pages.
RUN apt-get update -qq && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .

FROM copydesk-standin-debian
COPY --from=package /package/usr/bin/prometheus /package/usr/bin/promtool /bin/
RUN mkdir /prometheus && chown nobody:nogroup /prometheus
USER nobody
WORKDIR /prometheus
VOLUME /prometheus
EXPOSE 9090
ENTRYPOINT ["/bin/prometheus"]
CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
