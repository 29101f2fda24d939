"""Initial"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_end",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_end")),
    )
    op.create_table(
        "case_days",
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_case_days")),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("licence_no", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=80), nullable=False),
        sa.Column("account_manager", sa.String(length=80), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("licence_no", name=op.f("uq_customers_licence_no")),
    )
    op.create_index(op.f("ix_customers_name"), "customers", ["name"], unique=False)
    op.create_table(
        "dispositions",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.Column("en", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dispositions")),
    )
    op.create_table(
        "link_gaps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_gaps")),
    )
    op.create_table(
        "pause_reasons",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.Column("en", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_pause_reasons")),
    )
    op.create_table(
        "queues",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.Column("en", sa.String(length=80), nullable=False),
        sa.Column("strategy", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queues")),
    )
    op.create_table(
        "seats",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind in ('browser', 'desk')", name=op.f("ck_seats_kind")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seats")),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
    )
    op.create_index(op.f("ix_sign_in_tries_address"), "sign_in_tries", ["address"], unique=False)
    op.create_index(op.f("ix_sign_in_tries_at"), "sign_in_tries", ["at"], unique=False)
    op.create_index(op.f("ix_sign_in_tries_number"), "sign_in_tries", ["number"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("number", name=op.f("uq_users_number")),
    )
    op.create_table(
        "agent_queues",
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["queue"], ["queues.name"], name=op.f("fk_agent_queues_queue")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_agent_queues_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "queue", name=op.f("pk_agent_queues")),
    )
    op.create_table(
        "agent_states",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_agent_states_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_states")),
    )
    op.create_index(op.f("ix_agent_states_agent_began"), "agent_states", ["agent", "began"], unique=False)
    op.create_index(op.f("ix_agent_states_ended"), "agent_states", ["ended"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("to", sa.String(length=80), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("hotline", sa.String(length=80), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("exit", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=True),
        sa.Column("customer", sa.Integer(), nullable=True),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("keys", sa.String(length=200), nullable=False),
        sa.Column("keyed", sa.BigInteger(), nullable=True),
        sa.Column("callback", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_calls_customer"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_began"), "calls", ["began"], unique=False)
    op.create_index(op.f("ix_calls_customer"), "calls", ["customer"], unique=False)
    op.create_index(op.f("ix_calls_ended"), "calls", ["ended"], unique=False)
    op.create_index(op.f("ix_calls_number"), "calls", ["number"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_contacts_customer"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_customer"), "contacts", ["customer"], unique=False)
    op.create_table(
        "hotlines",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.Column("en", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["queue"], ["queues.name"], name=op.f("fk_hotlines_queue")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hotlines")),
    )
    op.create_table(
        "seat_sessions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["seat"], ["seats.name"], name=op.f("fk_seat_sessions_seat")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_seat_sessions_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_sessions")),
    )
    op.create_index(
        "uq_seat_sessions_seat_open",
        "seat_sessions",
        ["seat"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "uq_seat_sessions_user_open",
        "seat_sessions",
        ["user"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sessions_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_used"), "sessions", ["used"], unique=False)
    op.create_index(op.f("ix_sessions_user"), "sessions", ["user"], unique=False)
    op.create_table(
        "call_notes",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("disposition", sa.String(length=20), nullable=True),
        sa.Column("saved", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_call_notes_call")),
        sa.ForeignKeyConstraint(["disposition"], ["dispositions.code"], name=op.f("fk_call_notes_disposition")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_call_notes_user")),
        sa.PrimaryKeyConstraint("call", "user", name=op.f("pk_call_notes")),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=True),
        sa.Column("call", sa.String(length=80), nullable=True),
        sa.Column("hotline", sa.String(length=20), nullable=True),
        sa.Column("queue", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_call", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_callbacks_call")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_callbacks_closed_by")),
        sa.ForeignKeyConstraint(["closed_call"], ["calls.id"], name=op.f("fk_callbacks_closed_call")),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_callbacks_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index(op.f("ix_callbacks_customer"), "callbacks", ["customer"], unique=False)
    op.create_index(op.f("ix_callbacks_due"), "callbacks", ["due"], unique=False)
    op.create_index(op.f("ix_callbacks_number"), "callbacks", ["number"], unique=False)
    op.create_index(op.f("ix_callbacks_state"), "callbacks", ["state"], unique=False)
    op.create_index(
        "uq_callbacks_number_open",
        "callbacks",
        ["number"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND number <> ''"),
        postgresql_where=sa.text("state = 'open' AND number <> ''"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=True),
        sa.Column("call", sa.String(length=80), nullable=True),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_cases_call")),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_cases_customer")),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_cases_opened_by")),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_cases_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("key", name=op.f("uq_cases_key")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index(op.f("ix_cases_call"), "cases", ["call"], unique=False)
    op.create_index(op.f("ix_cases_customer"), "cases", ["customer"], unique=False)
    op.create_index(op.f("ix_cases_due"), "cases", ["due"], unique=False)
    op.create_index(op.f("ix_cases_opened"), "cases", ["opened"], unique=False)
    op.create_index(op.f("ix_cases_owner"), "cases", ["owner"], unique=False)
    op.create_table(
        "hotline_hours",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hotline", sa.String(length=20), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens between 0 and 1439 and opens < closes and closes <= opens + 1440", name=op.f("ck_hotline_hours_minutes")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_hotline_hours_weekday")),
        sa.ForeignKeyConstraint(["hotline"], ["hotlines.number"], name=op.f("fk_hotline_hours_hotline"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotline_hours")),
    )
    op.create_index(op.f("ix_hotline_hours_hotline"), "hotline_hours", ["hotline"], unique=False)
    op.create_table(
        "legs",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("seat", sa.String(length=80), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Integer(), nullable=True),
        sa.Column("hung_up", sa.BigInteger(), nullable=True),
        sa.Column("bridge", sa.String(length=80), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("dial_status", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_legs_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legs")),
    )
    op.create_index(op.f("ix_legs_call"), "legs", ["call"], unique=False)
    op.create_table(
        "phones",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("given", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_phones_contact"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_phones_customer"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("customer", "number", name=op.f("uq_phones_customer_number")),
    )
    op.create_index(op.f("ix_phones_number"), "phones", ["number"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("leg", sa.String(length=80), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_recordings_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_call"), "recordings", ["call"], unique=False)
    op.create_index(op.f("ix_recordings_state"), "recordings", ["state"], unique=False)
    op.create_table(
        "segments",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("leg", sa.String(length=80), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=True),
        sa.Column("queue", sa.String(length=80), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("left", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_segments_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", "n", name=op.f("pk_segments")),
    )
    op.create_index(op.f("ix_segments_queue_began"), "segments", ["queue", "began"], unique=False)
    op.create_index(op.f("ix_segments_who_began"), "segments", ["who", "began"], unique=False)
    op.create_table(
        "steps",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_steps_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call", "n", name=op.f("pk_steps")),
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_survey_answers_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint("key", name=op.f("uq_survey_answers_key")),
    )
    op.create_index(op.f("ix_survey_answers_at"), "survey_answers", ["at"], unique=False)
    op.create_index(op.f("ix_survey_answers_call"), "survey_answers", ["call"], unique=False)
    op.create_table(
        "callback_asks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("callback", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recording", sa.String(length=200), nullable=True),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_callback_asks_by")),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_callback_asks_call")),
        sa.ForeignKeyConstraint(["callback"], ["callbacks.id"], name=op.f("fk_callback_asks_callback"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_asks")),
        sa.UniqueConstraint("key", name=op.f("uq_callback_asks_key")),
    )
    op.create_index(op.f("ix_callback_asks_call"), "callback_asks", ["call"], unique=False)
    op.create_index(op.f("ix_callback_asks_callback"), "callback_asks", ["callback"], unique=False)
    op.create_table(
        "callback_attempts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("callback", sa.Integer(), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_callback_attempts_by")),
        sa.ForeignKeyConstraint(["callback"], ["callbacks.id"], name=op.f("fk_callback_attempts_callback"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_attempts")),
        sa.UniqueConstraint("callback", "call", name=op.f("uq_callback_attempts_callback_call")),
    )
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_events_case"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["who"], ["users.id"], name=op.f("fk_case_events_who")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_case"), "case_events", ["case"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_case_events_case"), table_name="case_events")
    op.drop_table("case_events")
    op.drop_table("callback_attempts")
    op.drop_index(op.f("ix_callback_asks_callback"), table_name="callback_asks")
    op.drop_index(op.f("ix_callback_asks_call"), table_name="callback_asks")
    op.drop_table("callback_asks")
    op.drop_index(op.f("ix_survey_answers_call"), table_name="survey_answers")
    op.drop_index(op.f("ix_survey_answers_at"), table_name="survey_answers")
    op.drop_table("survey_answers")
    op.drop_table("steps")
    op.drop_index(op.f("ix_segments_who_began"), table_name="segments")
    op.drop_index(op.f("ix_segments_queue_began"), table_name="segments")
    op.drop_table("segments")
    op.drop_index(op.f("ix_recordings_state"), table_name="recordings")
    op.drop_index(op.f("ix_recordings_call"), table_name="recordings")
    op.drop_table("recordings")
    op.drop_index(op.f("ix_phones_number"), table_name="phones")
    op.drop_table("phones")
    op.drop_index(op.f("ix_legs_call"), table_name="legs")
    op.drop_table("legs")
    op.drop_index(op.f("ix_hotline_hours_hotline"), table_name="hotline_hours")
    op.drop_table("hotline_hours")
    op.drop_index(op.f("ix_cases_owner"), table_name="cases")
    op.drop_index(op.f("ix_cases_opened"), table_name="cases")
    op.drop_index(op.f("ix_cases_due"), table_name="cases")
    op.drop_index(op.f("ix_cases_customer"), table_name="cases")
    op.drop_index(op.f("ix_cases_call"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(
        "uq_callbacks_number_open",
        table_name="callbacks",
        sqlite_where=sa.text("state = 'open' AND number <> ''"),
        postgresql_where=sa.text("state = 'open' AND number <> ''"),
    )
    op.drop_index(op.f("ix_callbacks_state"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_number"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_due"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_customer"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_table("call_notes")
    op.drop_index(op.f("ix_sessions_user"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_used"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(
        "uq_seat_sessions_user_open",
        table_name="seat_sessions",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(
        "uq_seat_sessions_seat_open",
        table_name="seat_sessions",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_table("seat_sessions")
    op.drop_table("hotlines")
    op.drop_index(op.f("ix_contacts_customer"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_index(op.f("ix_calls_number"), table_name="calls")
    op.drop_index(op.f("ix_calls_ended"), table_name="calls")
    op.drop_index(op.f("ix_calls_customer"), table_name="calls")
    op.drop_index(op.f("ix_calls_began"), table_name="calls")
    op.drop_table("calls")
    op.drop_index(op.f("ix_agent_states_ended"), table_name="agent_states")
    op.drop_index(op.f("ix_agent_states_agent_began"), table_name="agent_states")
    op.drop_table("agent_states")
    op.drop_table("agent_queues")
    op.drop_table("users")
    op.drop_index(op.f("ix_sign_in_tries_number"), table_name="sign_in_tries")
    op.drop_index(op.f("ix_sign_in_tries_at"), table_name="sign_in_tries")
    op.drop_index(op.f("ix_sign_in_tries_address"), table_name="sign_in_tries")
    op.drop_table("sign_in_tries")
    op.drop_table("seats")
    op.drop_table("queues")
    op.drop_table("pause_reasons")
    op.drop_table("link_gaps")
    op.drop_table("dispositions")
    op.drop_index(op.f("ix_customers_name"), table_name="customers")
    op.drop_table("customers")
    op.drop_table("case_days")
    op.drop_table("audit_end")
    op.drop_table("audit")
