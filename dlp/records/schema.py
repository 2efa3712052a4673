"""The tables of the store.  Alembic's migrations make them; a test compares both.

Times are integers: milliseconds since 1970 UTC.  No column holds text of an item: values are keyed digests or masks, and
what a person may have written (notes, the surroundings of a finding) is sealed with the evidence key.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a rowid only to INTEGER PRIMARY KEY, PostgreSQL needs 64 bits.
Id = BigInteger().with_variant(Integer, "sqlite")

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

# --- journal: one row per decision, no text
decisions = Table(
    "decisions", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("recipient_class", String(32), nullable=False, server_default=""),
    Column("destination", String(32), nullable=False, server_default=""),
    Column("unit", String(64), nullable=False, server_default=""),
    Column("sender", String(32), nullable=False, server_default=""),  # keyed digest
    Column("item", String(32)),  # keyed digest of content and envelope
    Column("recipient_domains", Text, nullable=False, server_default="[]"),
    Column("sender_domain", String(254), nullable=False, server_default=""),
    Column("size_bytes", BigInteger, nullable=False, server_default="0"),
    Column("policy_version", String(96), nullable=False),
    Column("milliseconds", Integer, nullable=False, server_default="0"),
    Column("retries", Integer, nullable=False, server_default="0"),
    Index("ix_decisions_at", "at", "channel", "action", "complete"),  # covers the counts of reports
    UniqueConstraint("item", "policy_version"),
)  # fmt: skip
decision_findings = Table(
    "decision_findings", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("decision_id", Id, ForeignKey("decisions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(48), nullable=False),
    Column("level", String(8), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("part_place", String(32), nullable=False),
    Column("part", Integer, nullable=False),  # number of the part in the item, from 0
    Column("start", Integer, nullable=False),
    Column("value", Integer, nullable=False),  # numbers the different values of the item from 1
    Column("person", Integer, nullable=False),  # numbers the persons of the item from 1; 0: none known
    Column("count", Integer, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("attrs", Text, nullable=False, server_default="{}"),
    Column("listed", Text, nullable=False, server_default="[]"),
)  # fmt: skip
decision_rules = Table(
    "decision_rules", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("decision_id", Id, ForeignKey("decisions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule", String(64), nullable=False),
    Column("action", SmallInteger, nullable=False),
)  # fmt: skip
decision_gaps = Table(
    "decision_gaps", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("decision_id", Id, ForeignKey("decisions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reason", String(32), nullable=False),
    Column("count", Integer, nullable=False),
)  # fmt: skip
# What remains of a day whose journal rows were purged: counts only.
tallies = Table(
    "tallies", metadata,
    Column("day", Integer, primary_key=True),  # days since 1970-01-01, Taipei
    Column("channel", String(8), primary_key=True),
    Column("what", String(16), primary_key=True),
    Column("key", String(96), primary_key=True),
    Column("n", Integer, nullable=False),
)  # fmt: skip

# --- incidents
incidents = Table(
    "incidents", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("public_id", String(12), nullable=False, unique=True),
    Column("item", String(32), nullable=False, unique=True),  # keyed digest of content and envelope: F08, F15
    Column("decision_id", Id),
    Column("channel", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),  # end of the running clock
    Column("decided_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("label", Text, nullable=False, server_default=""),  # masked name of the item
    Column("sender", String(254), nullable=False, server_default=""),
    Column("unit", String(64), nullable=False, server_default=""),
    Column("recipient_class", String(32), nullable=False, server_default=""),
    Column("destination", String(32), nullable=False, server_default=""),
    Column("recipients", Integer, nullable=False, server_default="0"),
    Column("reference", String(128), nullable=False, server_default=""),  # the door's own handle, e.g. a queue id
    Column("approver", String(64), nullable=False, server_default=""),  # group or account a rule names
    Column("assigned_to", String(64), nullable=False, server_default=""),
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("policy_version", String(96), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("retries", Integer, nullable=False, server_default="0"),
    Column("outcome", String(16), nullable=False, server_default=""),  # the last decision: released, returned, expired …
    Column("carried_out_at", BigInteger),  # when the door did what was decided
    Index("ix_incidents_state_due_at", "state", "due_at"),
    Index("ix_incidents_opened_at", "opened_at"),
)  # fmt: skip
incident_rules = Table(
    "incident_rules", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule", String(64), nullable=False),
    Column("name", String(120), nullable=False),
    Column("action", SmallInteger, nullable=False),
)  # fmt: skip
incident_findings = Table(
    "incident_findings", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(48), nullable=False),
    Column("part", String(120), nullable=False),
    Column("place", String(16), nullable=False),
    Column("page", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("level", String(8), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("masked", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("rules", Text, nullable=False, server_default="[]"),
    Column("snippet", LargeBinary),  # sealed
)  # fmt: skip
transitions = Table(
    "transitions", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("step", String(24), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("via", String(16), nullable=False),
    Column("note", LargeBinary),  # sealed
    Column("op", String(32), nullable=False, unique=True),
)  # fmt: skip
evidence = Table(
    "evidence", metadata,
    Column("id", String(32), primary_key=True),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("purged_at", BigInteger),
)  # fmt: skip
allow_list = Table(
    "allow_list", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("rule", String(64), nullable=False),
    Column("kind", String(48), nullable=False),
    Column("digest", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False),  # confirmed, withdrawn
    Column("who", String(64), nullable=False),
    Column("why", LargeBinary),  # sealed
    Column("until", BigInteger, nullable=False, index=True),
    Column("incident", String(12), nullable=False, server_default=""),
    Column("added_at", BigInteger, nullable=False),
)  # fmt: skip
test_candidates = Table(
    "test_candidates", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("rule", String(64), nullable=False),
    Column("kind", String(48), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("expect", String(8), nullable=False),
    Column("text", LargeBinary),  # sealed, masked
    Column("incident", String(12), nullable=False),
    Column("added_at", BigInteger, nullable=False),
)  # fmt: skip

# --- every audited change: which line of which audit log stands for it
operations = Table(
    "operations", metadata,
    Column("op", String(32), primary_key=True),
    Column("log", String(32), nullable=False),  # id of the audit log (one per home)
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_operations_log_seq", "log", "seq"),
)  # fmt: skip

# --- people
accounts = Table(
    "accounts", metadata,
    Column("name", String(64), primary_key=True),
    Column("display", String(64), nullable=False, server_default=""),
    Column("password", Text),  # argon2id, PHC string; null: sign-on by the reverse proxy only
    Column("roles", String(64), nullable=False),
    Column("emails", Text, nullable=False, server_default="[]"),
    Column("unit", String(64), nullable=False, server_default=""),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", BigInteger, nullable=False, server_default="0"),
    Column("added_at", BigInteger, nullable=False),
)  # fmt: skip
sessions = Table(
    "sessions", metadata,
    Column("token", String(64), primary_key=True),  # keyed digest
    Column("account", String(64), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("began_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)  # fmt: skip
units = Table(
    "units", metadata,
    Column("unit", String(64), primary_key=True),
    Column("handler", String(64), nullable=False, server_default=""),
    Column("approver", String(64), nullable=False, server_default=""),
)  # fmt: skip
deputies = Table(
    "deputies", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("principal", String(64), nullable=False, index=True),
    Column("deputy", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)  # fmt: skip
calendar_days = Table(
    "calendar_days", metadata,
    Column("day", String(10), primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("name", String(64), nullable=False, server_default=""),
)  # fmt: skip

# --- what the doors report besides decisions
scan_runs = Table(
    "scan_runs", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String(120), nullable=False),
    Column("began_at", BigInteger, nullable=False, index=True),
    Column("ended_at", BigInteger),
    Column("expected", Integer, nullable=False),
    Column("read", Integer, nullable=False),
    Column("not_read", Integer, nullable=False),
    Column("reasons", Text, nullable=False, server_default="{}"),
    Column("finished", Boolean, nullable=False),
)  # fmt: skip
policy_changes = Table(
    "policy_changes", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("version", String(96), nullable=False),
    Column("who", String(64), nullable=False),
    Column("summary", Text, nullable=False),  # JSON list of sentences for people
)  # fmt: skip
passes = Table(
    "passes", metadata,
    Column("token", String(64), primary_key=True),  # keyed digest
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)  # fmt: skip
