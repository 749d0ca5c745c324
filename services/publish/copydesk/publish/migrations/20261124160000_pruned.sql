-- migrate:up

-- When its bytes were taken from the archive, because its feed keeps them no longer; it is null again once they come anew.
alter table documents add column pruned timestamptz;

-- migrate:down

alter table documents drop column pruned;
