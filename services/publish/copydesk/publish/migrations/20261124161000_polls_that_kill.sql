-- migrate:up

-- So many workers had the row, one after the other, whose lease ran out without a word of what came of it.
alter table polls add column deaths integer not null default 0;

-- migrate:down

alter table polls drop column deaths;
