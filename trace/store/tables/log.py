"""Tables of the log, of evidence, checkpoints, keys, access and shared versions.

Immutable (triggers refuse UPDATE and DELETE, `migrations`): `log_entry`, `log_checkpoint`,
`log_cosignature`, and all of evidence; `log_tile` may only grow. Projections, made
again by replay: `signing_key`, `chain_head`. Neither: disclosures (deletable by law), tokens, outbox,
cursors, jobs, counters.

`arrival` is one monotone number over own entries and evidence together: the order in which this platform
learned things, and therefore the order of replay.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from trace.store.base import BigKey, metadata

log_entry = Table(
    "log_entry",
    metadata,
    Column("idx", BigKey, primary_key=True, autoincrement=False),
    Column("arrival", BigInteger, nullable=False),  # grows with idx
    Column("stmt", Text, nullable=False, unique=True),
    Column("kid", Text, nullable=False),
    Column("typ", Text, nullable=False),
    Column("iss", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sub", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("logged_at", BigInteger, nullable=False),
    Column("rules", Text, nullable=False),
    Column("via", Text),  # the platform that handed it in, where the signer's own has no log
    UniqueConstraint("iss", "stream", "seq"),
    Index("ix_log_entry_kid", "kid"),
)

log_tile = Table(
    "log_tile",
    metadata,
    Column("level", BigKey, primary_key=True, autoincrement=False),
    Column("n", BigKey, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

log_checkpoint = Table(
    "log_checkpoint",
    metadata,
    Column("size", BigKey, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),  # signed by the log alone
    Column("at", BigInteger, nullable=False),
)

# One line per witness and time: the first one proves "existed by", a later one shows a living witness.
log_cosignature = Table(
    "log_cosignature",
    metadata,
    Column("size", BigKey, primary_key=True, autoincrement=False),
    Column("witness", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # the witness's own time
    Column("line", Text, nullable=False),
    Index(None, "witness", "size"),
)

# The names above by size, sorted, a line each; a trigger writes it with every line (`migrations`), so that
# "signed by all of these" is one look-up however many checkpoints lack a witness.
log_signers = Table(
    "log_signers",
    metadata,
    Column("size", BigKey, primary_key=True, autoincrement=False),
    Column("signers", Text, nullable=False),
    Index(None, "signers", "size"),
)

disclosure = Table(
    "disclosure",
    metadata,
    Column("stmt", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("encoded", Text, nullable=False),
)

evidence_entry = Table(
    "evidence_entry",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("arrival", BigInteger, nullable=False, unique=True),
    Column("stmt", Text, nullable=False),
    Column("kid", Text, nullable=False),
    Column("typ", Text, nullable=False),
    Column("iss", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sub", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("lot_secret", Text),  # base64url, where the bundle gave it
    Column("proof", Text, nullable=False),  # JSON array of base64 hashes, leaf to root
    Column("checkpoint_size", BigInteger, nullable=False),
    Column("existed_by", BigInteger, nullable=False),  # the last witness time of that checkpoint
    Column("received_at", BigInteger, nullable=False),
    Column("rules", Text, nullable=False),
    UniqueConstraint("origin", "stmt"),
    Index(None, "stmt"),
    Index(None, "sub"),
    Index("ix_evidence_entry_stream", "iss", "stream", "seq"),
    Index("ix_evidence_entry_kid", "kid"),
)

evidence_checkpoint = Table(
    "evidence_checkpoint",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)

# Which places of another log were taken in, a row for each unbroken run of them: an entry that is deleted
# leaves its place behind.
evidence_run = Table(
    "evidence_run",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("arrival", BigInteger, nullable=False),  # of the first of them
    Column("proved", BigInteger, nullable=False),  # 1: every checkpoint that its times rest on was kept
)

# What a feed showed and this platform could not verify, so that its absence is no riddle.
evidence_refusal = Table(
    "evidence_refusal",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("kid", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("jwk", Text, nullable=False),
    Column("entry", Text, nullable=False),  # the rest of the registration, JSON
    Column("registered_stmt", Text, nullable=False),
    Column("registered_index", BigInteger, nullable=False),
    Column("revoked_stmt", Text),
    Column("revoked_index", BigInteger),
    Column("revoke_reason", Text),
    Column("invalid_from", BigInteger),  # indices at and above it never counted (compromised)
    Index(None, "holder"),
)

chain_head = Table(
    "chain_head",
    metadata,
    Column("iss", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("stmt", Text, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("hash", Text, primary_key=True),  # hex SHA-256 of a 256-bit random token; the token is never kept
    Column("holder", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # space-separated, sorted
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column(
        "region", Text
    ),  # what the GB/T 2260 codes of an authority's area begin with; null: the whole platform
    Column("expires_at", BigInteger),
    Column("given_to", Text),  # the person that it was shown to on a page; null: issued by the command line
    Index(None, "holder"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("last_error", Text),
    Column("person", Text),  # to whom alone it goes, by mail; null: to every channel of the platform
    Index("ix_outbox_open", "done_at", "due_at"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("notice", BigKey, ForeignKey("outbox.id"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("attempts", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("dead_at", BigInteger),  # given up: a dead letter
    Column("last_error", Text),
    Index("ix_delivery_open", "channel", "sent_at", "dead_at", "due_at"),
)

feed_cursor = Table(
    "feed_cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("etag", Text),
    Column("updated_at", BigInteger, nullable=False),
    Column("origin", Text),  # the log behind a feed
    Column("through", BigInteger),  # every entry below this index came; NULL for a feed that leaves some out
)

upload_job = Table(
    "upload_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("target", Text, nullable=False),
    Column("stmt", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON as it goes out
    Column("state", Text, nullable=False),  # pending | accepted | refused
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("receipt", Text),
    Column("last_error", Text),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("target", "stmt"),
    Index(None, "state", "due_at"),
)

# What is to be done later or again and again, by whichever process comes first (docs/adr/0037). `holder` has
# it until `leased_until`; a one-off that is done stays, so that its key is not taken twice.
job = Table(
    "job",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # "" for what recurs
    Column("payload", Text, nullable=False),  # JSON
    Column("due_at", BigInteger, nullable=False),
    Column("every", BigInteger),  # microseconds; NULL: once
    Column("attempts", BigInteger, nullable=False),  # that failed since it was last done
    Column("holder", Text),
    Column("leased_until", BigInteger),
    Column("done_at", BigInteger),  # of what recurs: the last time
    Column("last_error", Text),
    Column("open", BigInteger, nullable=False),  # 1 while it is to be done (again)
    Index("ix_job_open", "open", "due_at"),
)

# `projections` is raised in every transaction that changes what a page may show (docs/adr/0032).
shared_counter = Table(
    "shared_counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# What the last raises of those two counters were about, for processes that keep pages: a JSON array of keys
# (`trace.store.page_keys`). A value without a row concerned everything.
page_change = Table(
    "page_change",
    metadata,
    Column("name", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("keys", Text, nullable=False),
    PrimaryKeyConstraint("name", "value"),
    sqlite_with_rowid=False,
)

IMMUTABLE = (
    log_entry,
    log_checkpoint,
    log_cosignature,
    evidence_entry,
    evidence_checkpoint,
    evidence_run,
    evidence_refusal,
)
PROJECTIONS = (signing_key, chain_head)
