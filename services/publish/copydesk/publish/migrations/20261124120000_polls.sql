-- migrate:up

-- What ingest polls: a row a listing (no token), and a row for each item of it whose page is fetched. See docs/adr/0004-polling.md.
create table polls (
    feed text collate "C" not null,
    -- The listing's URL as the file of feeds states it.
    listing text collate "C" not null,
    -- The provider's own name for the item.
    token text collate "C" not null default '',
    url text not null,
    -- Of what is asked for: of url, or of goes_to.
    host text collate "C" not null,
    -- Where permanent redirects led.
    goes_to text,
    etag text,
    modified text,
    sha256 text collate "C",
    -- Hash of what the listing says of the item.
    stated text collate "C",
    -- Null: nothing to do until the listing says something new.
    due timestamptz,
    polled timestamptz,
    failures integer not null default 0,
    failing_since timestamptz,
    error text,
    -- When its listing last named it.
    seen timestamptz not null default clock_timestamp(),
    holder text collate "C",
    held_until timestamptz not null default '-infinity',
    primary key (feed, listing, token)
) with (fillfactor = 80);

comment on table polls is 'listings that are polled and the items that they named; token is empty for a listing itself';

create index polls_due on polls (due) where due is not null;
create index polls_holder on polls using hash (holder) where holder is not null;

-- Whose turn it is at a host, over all workers.
create table poll_hosts (
    host text collate "C" primary key,
    -- From when on it may be asked again.
    free timestamptz not null default '-infinity',
    holder text collate "C",
    held_until timestamptz not null default '-infinity'
) with (fillfactor = 50);

create table poll_robots (
    origin text collate "C" primary key,
    text text not null,
    trouble text,
    expires timestamptz not null
);

-- migrate:down

drop table poll_robots;
drop table poll_hosts;
drop table polls;
