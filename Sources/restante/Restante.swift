import ArgumentParser

@main
struct Restante: AsyncParsableCommand {}
