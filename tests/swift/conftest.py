"""The server is a program of its own: merely to import it puts eventlet's sockets and threads in everybody's place."""

collect_ignore = ["serving.py"]
