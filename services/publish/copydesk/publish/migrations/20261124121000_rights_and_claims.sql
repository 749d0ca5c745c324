-- migrate:up

-- Whether the feed that brought the head may replace stories of its provider; what another brings ranks below.
alter table stories add column head_granted boolean not null default true;

-- SHA-256 of the archived JSON of a version that was too long for a record: a take-down removes them too.
alter table versions add column claims text[];

-- migrate:down

alter table versions drop column claims;
alter table stories drop column head_granted;
