"""Callers who are turned away, numbers keyed in wrong, a customer's language, and survey questions by queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _callers()
    op.add_column("customers", sa.Column("language", sa.String(length=10), nullable=False, server_default=""))
    op.create_table(
        "survey_questions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("keys", sa.String(length=10), nullable=False),
        sa.Column("unhappy", sa.String(length=10), nullable=False),
        sa.Column("retired", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["queue"], ["queues.name"], name=op.f("fk_survey_questions_queue"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_questions")),
    )
    op.create_index(op.f("ix_survey_questions_queue"), "survey_questions", ["queue"], unique=False)
    with op.batch_alter_table("survey_answers") as answers:
        answers.add_column(sa.Column("question", sa.Integer(), nullable=True))
        answers.add_column(sa.Column("unhappy", sa.Boolean(), nullable=False, server_default=sa.false()))
        answers.create_foreign_key(op.f("fk_survey_answers_question"), "survey_questions", ["question"], ["id"])
        answers.create_index(op.f("ix_survey_answers_question"), ["question"], unique=False)


def _callers() -> None:
    op.create_table(
        "barred_callers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("lifted", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barred_callers")),
    )
    op.create_index(op.f("ix_barred_callers_number"), "barred_callers", ["number"], unique=False)
    op.create_table(
        "caller_marks",
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_caller_marks_call"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_caller_marks_user")),
        sa.PrimaryKeyConstraint("call", "user", name=op.f("pk_caller_marks")),
    )
    op.create_index(op.f("ix_caller_marks_number"), "caller_marks", ["number"], unique=False)
    op.create_table(
        "caller_pardons",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_caller_pardons")),
    )
    op.create_table(
        "key_tries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_tries")),
    )
    op.create_index(op.f("ix_key_tries_at"), "key_tries", ["at"], unique=False)
    op.create_index(op.f("ix_key_tries_number"), "key_tries", ["number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("survey_answers") as answers:
        answers.drop_index(op.f("ix_survey_answers_question"))
        answers.drop_constraint(op.f("fk_survey_answers_question"), type_="foreignkey")
        answers.drop_column("unhappy")
        answers.drop_column("question")
    op.drop_index(op.f("ix_survey_questions_queue"), table_name="survey_questions")
    op.drop_table("survey_questions")
    op.drop_column("customers", "language")
    for table in ("key_tries", "caller_pardons", "caller_marks", "barred_callers"):
        op.drop_table(table)
