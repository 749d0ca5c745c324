-- migrate:up

-- What is due at a host, listings first: a worker looks at the hosts that may be asked, one after the other.
create index polls_turn on polls (host, (token <> ''), due) where due is not null;
drop index polls_due;

-- migrate:down

create index polls_due on polls (due) where due is not null;
drop index polls_turn;
