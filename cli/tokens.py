"""`./greentrace token`: API tokens, each for an organisation and the scopes that it may use."""

from __future__ import annotations

from pathlib import Path

import click

from trace.platform.opening import open_platform
from trace.usecases.accounts.tokens import issue_token, revoke_tokens
from trace.wording import say

SCOPES = (
    "statements:write",
    "labels:print",
    "evidence:write",
    "files:write",
    "complaints:read",
    "complaints:write",
    "feed:read",
    "log:entries",
    "trace:all",
)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--holder", required=True, help="urn:uscc:… of the organisation")
@click.option("--label", default="", help="what the token is for")
@click.option("--scope", multiple=True, type=click.Choice(SCOPES))
@click.option("--role", multiple=True, help="role of the caller, e.g. regulator_market")
@click.option("--revoke", is_flag=True, help="end every token of this holder and label instead")
def token(
    data: Path, holder: str, label: str, scope: tuple[str, ...], role: tuple[str, ...], revoke: bool
) -> None:
    """Issue an API token; it is shown once and kept only as a hash."""
    platform = open_platform(data)
    if revoke:
        ended = revoke_tokens(platform.transactions, holder, label)
        click.echo(say("zh-CN", "token.revoked", count=ended))
    elif not scope:
        raise click.UsageError("--scope …")
    else:
        click.echo(issue_token(platform.transactions, holder, label, scope, role))
    platform.close()
