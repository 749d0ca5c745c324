-- migrate:up

-- Every document that came, once a feed and SHA-256: ingest's ledger of repeats and the register of the archive.
create table documents (
    feed text collate "C" not null,
    sha256 text collate "C" not null,
    document text collate "C" not null,
    size bigint not null,
    received timestamptz not null,
    -- The record of wire.inbound that brought it, partition/offset: the same record read again is not its own repeat.
    origin text collate "C" not null,
    filename text,
    media_type text,
    -- When a story of it was killed: the same bytes are no repeat after that.
    killed timestamptz,
    primary key (feed, sha256)
);

comment on table documents is 'documents received, one row a feed and SHA-256; written once wire.received has the document';

create index documents_sha256 on documents using hash (sha256);
create index documents_document on documents using hash (document);
create index documents_received on documents using brin (received);

-- migrate:down

drop table documents;
