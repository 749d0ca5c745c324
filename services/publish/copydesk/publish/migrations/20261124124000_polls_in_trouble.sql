-- migrate:up

-- Of whatever was asked for, one after the other: a host in trouble is left alone for longer each time.
alter table poll_hosts add column failures integer not null default 0;

-- An item that another listing of the feed names too is fetched once.
create index polls_url on polls using hash (url);

comment on column polls.stated is 'hash of what the listing says of the item; of a listing, how it was read last: pages or whole';

-- migrate:down

drop index polls_url;
alter table poll_hosts drop column failures;
