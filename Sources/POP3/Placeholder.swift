enum POP3Placeholder {}
