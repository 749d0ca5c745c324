-- migrate:up

-- Which text search configuration reads a BCP 47 language; immutable, so that an index may rest on it.
create function search_config(language text) returns regconfig
language sql immutable parallel safe
return case split_part(lower(language), '-', 1)
    when 'ar' then 'arabic' when 'hy' then 'armenian' when 'eu' then 'basque' when 'ca' then 'catalan'
    when 'da' then 'danish' when 'nl' then 'dutch' when 'en' then 'english' when 'fi' then 'finnish'
    when 'fr' then 'french' when 'de' then 'german' when 'el' then 'greek' when 'hi' then 'hindi'
    when 'hu' then 'hungarian' when 'id' then 'indonesian' when 'ga' then 'irish' when 'it' then 'italian'
    when 'lt' then 'lithuanian' when 'ne' then 'nepali' when 'no' then 'norwegian' when 'nb' then 'norwegian'
    when 'nn' then 'norwegian' when 'pt' then 'portuguese' when 'ro' then 'romanian' when 'ru' then 'russian'
    when 'sr' then 'serbian' when 'es' then 'spanish' when 'sv' then 'swedish' when 'ta' then 'tamil'
    when 'tr' then 'turkish' when 'yi' then 'yiddish' else 'simple'
end::regconfig;

-- What is searched: the headline counts most. A tsvector holds 1 MiB, so that a very long body is read up to a point.
create function search_vector(language text, headline text, body text) returns tsvector
language sql immutable parallel safe
return setweight(to_tsvector(search_config(language), coalesce(left(headline, 2000), '')), 'A')
    || setweight(to_tsvector(search_config(language), coalesce(left(body, 150000), '')), 'D');

-- Every version of every story, one row an event of article.enriched, in the order of arrival.
create table versions (
    event text collate "C" primary key,
    story text collate "C" not null,
    uri text not null,
    provider text,
    version text,
    versioncreated timestamptz,
    pubstatus text not null,
    language text,
    headline text,
    feed text,
    document text collate "C",
    sha256 text collate "C",
    idx integer not null default 0,
    received timestamptz,
    processed timestamptz not null,
    -- What it was when it came: newest, superseded, withheld, kill, or killed (by a kill that came before or with it).
    standing text collate "C" not null,
    stored timestamptz not null default clock_timestamp(),
    -- The article; without its body and all that quotes it once the story is killed.
    article jsonb not null
);

comment on table versions is 'every version of every story; article is the JSON of article.enriched';

create index versions_story on versions (story, versioncreated desc);
create index versions_uri on versions using hash (uri);
create index versions_sha256 on versions using hash (sha256);
create index versions_document on versions using hash (document);
create index versions_stored on versions using brin (stored);

-- The state of each story, kept in the transaction that writes its versions.
create table stories (
    story text collate "C" primary key,
    -- The newest usable version; null while the story is withheld or killed.
    event text collate "C",
    since timestamptz not null default clock_timestamp(),
    -- The newest version that is no kill, and what its rank rests on (see copydesk.publish.newest).
    head text collate "C",
    head_usable boolean,
    head_versioncreated timestamptz,
    head_version numeric,
    head_received timestamptz,
    head_sha256 text collate "C",
    head_idx integer,
    head_processed timestamptz,
    -- The latest kill: beats every version that is not newer.
    killed timestamptz,
    kill text collate "C",
    language text,
    search tsvector
) with (fillfactor = 80);

comment on table stories is 'the state of each story: its newest usable version, or none while it is withheld or killed';

create index stories_search on stories using gin (search);
create index stories_event on stories using hash (event);

-- The newest usable version of every story: what readers want.
create view articles as
select v.*, s.since from stories s join versions v on v.event = s.event;

comment on view articles is 'the newest usable version of every story';

-- migrate:down

drop view articles;
drop table stories;
drop table versions;
drop function search_vector(text, text, text);
drop function search_config(text);
