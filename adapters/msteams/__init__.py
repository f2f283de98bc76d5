"""Microsoft Teams: parse and render (pure), the token check, the one module that knows the SDK, the app package."""
