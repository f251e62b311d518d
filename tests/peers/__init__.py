"""Stand-ins for services outside: real sockets, the real protocol, and misbehaviour on demand."""
