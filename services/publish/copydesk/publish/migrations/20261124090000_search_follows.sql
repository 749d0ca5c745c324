-- migrate:up

-- Reading 500 words for the search costs more than writing the row: it is done a moment later, by whoever is free.
alter table stories add column unsearched boolean not null default false;

comment on column stories.unsearched is 'what is searched is not yet that of the newest version; copydesk.publish.postgres.words catches up';

create index stories_unsearched on stories (since) where unsearched;

-- migrate:down

drop index stories_unsearched;
alter table stories drop column unsearched;
