#!/bin/bash
# As the official image's: POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB at first start; scram for every host connection.
set -euo pipefail
export PGDATA=${PGDATA:-/var/lib/postgresql/18/docker}
user=${POSTGRES_USER:-postgres}
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" && chown -R postgres /var/lib/postgresql && exec setpriv --reuid=999 --regid=999 --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    [ -n "${POSTGRES_PASSWORD:-}" ] || { echo "POSTGRES_PASSWORD is not set" >&2; exit 1; }
    mkdir -p "$PGDATA"
    initdb -U "$user" --auth-local=trust --auth-host=scram-sha-256 --pwfile=<(echo "$POSTGRES_PASSWORD") --encoding=UTF8 --locale=C.UTF-8
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    postgres -D "$PGDATA" -c listen_addresses= -c unix_socket_directories=/var/run/postgresql &
    until pg_isready -q -h /var/run/postgresql -U "$user" -d postgres; do sleep 0.1; done
    [ "${POSTGRES_DB:-$user}" = postgres ] || psql -q -h /var/run/postgresql -U "$user" -d postgres -c "create database \"${POSTGRES_DB:-$user}\""
    kill -INT %1 && wait %1
    echo "PostgreSQL init process complete; ready for start up."
fi
if [ "${1:-postgres}" = postgres ]; then shift || true; fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@"
