"""One module per publisher, found by its place here.

Each has HOSTS (real host names), FAULTS (every name that `World.fault` may set for
them) and `routes(world)`, whose paths begin with the host. An endpoint makes its
rows, passes them through `world.content`, encodes them with `world.encode` and asks
`world.has` for switches of its own. Transport faults need nothing from it.
"""
