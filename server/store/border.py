"""What lies within a skill chain, the border of sharing; the one place that says so, and what it means to be in none.

Which chain an organisation is in today stands in `orgs.skill_chain_id`; by which days it came there is kept in `chain_members`.
`BOUND`: two organisations of one chain. Only by it does anybody see another's books or have a say about seats. No chain binds nobody.
`SAME_CHAIN`: the same, or neither is in a chain. By it registers name organisations and those who sign: a server of one college needs
no chain for that, and whoever has joined a chain is no longer among those without one.
`PUBLIC`: of no chain. A public training base serves many chains: it may take in anybody to teach there; no book opens by that."""

# `me` is who asks, `o` the other one; without a chain the comparison is of nothing with nothing, and not true.
BOUND = "o.skill_chain_id = me.skill_chain_id"
SAME_CHAIN = f"({BOUND} OR (o.skill_chain_id IS NULL AND me.skill_chain_id IS NULL))"
PUBLIC = "me.skill_chain_id IS NULL"


def colleges_bound_to(org: str) -> str:
    """Whose books an authority reads; `org` is how the statement names it."""
    return f"SELECT o.id FROM orgs me JOIN orgs o ON {BOUND} WHERE me.id = {org} AND o.kind = 'college'"
