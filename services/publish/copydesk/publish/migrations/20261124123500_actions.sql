-- migrate:up

-- What people did to the past, by the desk's commands: rows are only ever added.
create table actions (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    action text collate "C" not null,
    who text not null,
    -- What it was done to, as it was typed.
    what text not null,
    -- How much of what came of it.
    details jsonb not null default '{}'
);

comment on table actions is 'the log of erasures, replays and reprocessing; rows are only ever added';

-- migrate:down

drop table actions;
