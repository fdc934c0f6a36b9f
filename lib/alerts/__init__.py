"""What the app says without being asked: facts that somebody would act on, as messages, each sent once."""
