"""The door by which a ledger that was handed in comes back to be checked."""

from typing import Any
from uuid import UUID as Uuid

from flask import g, request

from server.api.answers import Doors, deny
from server.api.desk.jobs import JobRow
from server.api.guard import MIB, policy, seat
from server.api.schemas import Nothing
from server.errors import Denial
from server.house import house
from server.services.ledgers import claims

blueprint = Doors("claims", __name__, url_prefix="/api/desk", description="Checking ledgers")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/claims", methods=["POST"])
@blueprint.arguments(Nothing, location="query")
@blueprint.response(200, JobRow)
@policy("desk:coordinator|enterprise_admin", body=(XLSX, "application/octet-stream"), most=40 * MIB)
def check_claim(_: dict[str, Any]) -> Any:
    """The file is the body; what was found is the result of the job that answers."""
    raw = request.get_data(cache=False)
    if not raw:
        return deny(Denial("bad_request"))
    here = house()
    job_id = str(Uuid(bytes=here.chance(16), version=4))
    found = claims.ask_check(seat(), here.config.home, job_id, raw, g.now)
    return deny(found) if isinstance(found, Denial) else found
