"""who printed a slip, and which college entered how somebody is reached"""

import sqlalchemy as sa
from alembic import op

revision = "0028_hands"
down_revision = "0027_replaced"

# a slip is issued at the very moment its line is written in the log
PRINTED = """
UPDATE activations SET printed_by = l.by_person FROM (
  SELECT at, min(by_person) AS by_person FROM register_log WHERE act = 'printed' GROUP BY at
) AS l WHERE l.at = activations.issued_at
"""
RESET = """
UPDATE activations SET printed_by = COALESCE(r.second_person, r.asked_by) FROM resets r WHERE activations.id = 'reset-' || r.id
"""
# whoever took him in; before there was a log, whoever's book of his began first
MADE = """
UPDATE identities SET college_id = (
  SELECT l.org_id FROM register_log l JOIN orgs o ON o.id = l.org_id AND o.kind = 'college'
  WHERE l.subject_id = identities.person_id AND l.subject = 'person' AND l.act = 'made' ORDER BY l.at, l.id LIMIT 1
)
"""
FIRST = """
UPDATE identities SET college_id = (
  SELECT b.college_id FROM members m JOIN books b ON b.id = m.book_id JOIN orgs o ON o.id = b.college_id
  WHERE m.person_id = identities.person_id AND m.role = 'apprentice' ORDER BY m.from_day, b.id LIMIT 1
) WHERE college_id IS NULL
"""


def upgrade() -> None:
    op.execute("ALTER TABLE activations ADD COLUMN printed_by TEXT CONSTRAINT fk_activations_printed_by REFERENCES people (id)")
    op.execute("ALTER TABLE identities ADD COLUMN college_id TEXT CONSTRAINT fk_identities_college_id REFERENCES orgs (id)")
    for statement in (PRINTED, RESET, MADE, FIRST):
        op.execute(sa.text(statement))
