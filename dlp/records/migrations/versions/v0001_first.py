"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display", sa.String(length=64), server_default="", nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("roles", sa.String(length=64), nullable=False),
        sa.Column("emails", sa.Text(), server_default="[]", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "allow_list",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("incident", sa.String(length=12), server_default="", nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allow_list")),
    )
    op.create_index(op.f("ix_allow_list_digest"), "allow_list", ["digest"], unique=False)
    op.create_index(op.f("ix_allow_list_until"), "allow_list", ["until"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("recipient_class", sa.String(length=32), server_default="", nullable=False),
        sa.Column("destination", sa.String(length=32), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sender", sa.String(length=32), server_default="", nullable=False),
        sa.Column("item", sa.String(length=32), nullable=True),
        sa.Column("recipient_domains", sa.Text(), server_default="[]", nullable=False),
        sa.Column("sender_domain", sa.String(length=254), server_default="", nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("policy_version", sa.String(length=96), nullable=False),
        sa.Column("milliseconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("item", "policy_version", name=op.f("uq_decisions_item_policy_version")),
    )
    op.create_index("ix_decisions_at", "decisions", ["at", "channel", "action", "complete"], unique=False)
    op.create_table(
        "deputies",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("principal", sa.String(length=64), nullable=False),
        sa.Column("deputy", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
    )
    op.create_index(op.f("ix_deputies_principal"), "deputies", ["principal"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("decision_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("sender", sa.String(length=254), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=64), server_default="", nullable=False),
        sa.Column("recipient_class", sa.String(length=32), server_default="", nullable=False),
        sa.Column("destination", sa.String(length=32), server_default="", nullable=False),
        sa.Column("recipients", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reference", sa.String(length=128), server_default="", nullable=False),
        sa.Column("approver", sa.String(length=64), server_default="", nullable=False),
        sa.Column("assigned_to", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("policy_version", sa.String(length=96), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="", nullable=False),
        sa.Column("carried_out_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("item", name=op.f("uq_incidents_item")),
        sa.UniqueConstraint("public_id", name=op.f("uq_incidents_public_id")),
    )
    op.create_index("ix_incidents_opened_at", "incidents", ["opened_at"], unique=False)
    op.create_index("ix_incidents_state_due_at", "incidents", ["state", "due_at"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "operations",
        sa.Column("op", sa.String(length=32), nullable=False),
        sa.Column("log", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("op", name=op.f("pk_operations")),
    )
    op.create_index("ix_operations_log_seq", "operations", ["log", "seq"], unique=False)
    op.create_table(
        "passes",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_passes")),
    )
    op.create_table(
        "policy_changes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=96), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_changes")),
    )
    op.create_index(op.f("ix_policy_changes_at"), "policy_changes", ["at"], unique=False)
    op.create_table(
        "scan_runs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("not_read", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), server_default="{}", nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_runs")),
    )
    op.create_index(op.f("ix_scan_runs_began_at"), "scan_runs", ["began_at"], unique=False)
    op.create_table(
        "tallies",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "what", "key", name=op.f("pk_tallies")),
    )
    op.create_table(
        "test_candidates",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("expect", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("incident", sa.String(length=12), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_candidates")),
    )
    op.create_table(
        "units",
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("handler", sa.String(length=64), server_default="", nullable=False),
        sa.Column("approver", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_units")),
    )
    op.create_table(
        "decision_findings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("part_place", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("attrs", sa.Text(), server_default="{}", nullable=False),
        sa.Column("listed", sa.Text(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_findings_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_findings")),
    )
    op.create_index(op.f("ix_decision_findings_decision_id"), "decision_findings", ["decision_id"], unique=False)
    op.create_table(
        "decision_gaps",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_gaps_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_gaps")),
    )
    op.create_index(op.f("ix_decision_gaps_decision_id"), "decision_gaps", ["decision_id"], unique=False)
    op.create_table(
        "decision_rules",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_rules_decision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_rules")),
    )
    op.create_index(op.f("ix_decision_rules_decision_id"), "decision_rules", ["decision_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.Column("purged_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_evidence_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_incident_id"), "evidence", ["incident_id"], unique=False)
    op.create_table(
        "incident_findings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("rules", sa.Text(), server_default="[]", nullable=False),
        sa.Column("snippet", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_findings_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_findings")),
    )
    op.create_index(op.f("ix_incident_findings_incident_id"), "incident_findings", ["incident_id"], unique=False)
    op.create_table(
        "incident_rules",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_rules_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_rules")),
    )
    op.create_index(op.f("ix_incident_rules_incident_id"), "incident_rules", ["incident_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name=op.f("fk_sessions_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account"), "sessions", ["account"], unique=False)
    op.create_table(
        "transitions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("op", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_transitions_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transitions")),
        sa.UniqueConstraint("op", name=op.f("uq_transitions_op")),
    )
    op.create_index(op.f("ix_transitions_at"), "transitions", ["at"], unique=False)
    op.create_index(op.f("ix_transitions_incident_id"), "transitions", ["incident_id"], unique=False)
