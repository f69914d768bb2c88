"""What the relay does first: taking a title away from partners goes before giving them one."""

GIVE = 0
TAKE_AWAY = 10
