FROM copydesk-standin-debian
# Debian's python3 and pip under the names that the official image has; the certificates and settings with which this
# machine reaches its package index.
RUN ln -s /usr/bin/python3 /usr/local/bin/python
COPY certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV PIP_BREAK_SYSTEM_PACKAGES=1 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt
COPY pip.conf /etc/pip.conf
CMD ["python3"]
