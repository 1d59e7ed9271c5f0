"""`jiangji`: every command of the product."""

import os

import click

from server.commands import base, care, claims, copying, custody, demo, flags, reset, serving, setup, working
from server.commands.opened import Sentences


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """匠迹 Jiangji: apprentices' hours, signed where they are written.

    \b
    The environment says where things are:
      JIANGJI_HOME         folder of the secret, the key, the photos  [~/.local/share/jiangji]
      JIANGJI_DATABASE     sqlite:///PATH or postgresql://...         [jiangji.db in that folder]
      JIANGJI_SECRET_FILE  the secret, elsewhere than in the folder
      JIANGJI_HOSTS        names this server answers for              [127.0.0.1,localhost]
      JIANGJI_PROXY_HOPS   proxies in front whose word is taken       [0]
      JIANGJI_QUEUE        sqlite:///PATH or redis://... for worker   [queue.db in that folder]
      JIANGJI_PUSH_ORIGINS push services of your own, like https://push.example.edu.cn, beside those browsers come with
      JIANGJI_PUSH_CONTACT e-mail address by which push services reach you  [jiangji@ the first host]
    """
    os.umask(0o077)  # databases are made by libraries that ask for 0644, in folders that may be open to others


for command in (
    demo.demo, serving.serve, working.worker, setup.migrate, setup.admin, base.base, setup.print_openapi, care.rebuild, care.verify, flags.flags,
    claims.check_claim, custody.custody, reset.reset, copying.backup, copying.restore,
):  # fmt: skip
    main.add_command(command)
