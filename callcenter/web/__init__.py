"""The frame of the pages: server, sign-in, hub, rendering and forms. It knows no room; what it needs is an argument."""
