// swift-tools-version: 6.2
import PackageDescription

/// Every target of this package is built with these; `make check` adds warnings as errors.
let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (Context.environment["RESTANTE_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])

// Products of other packages, by the name the targets below use.
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdHTTP2: Target.Dependency = .product(name: "HummingbirdHTTP2", package: "hummingbird")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: settings
    )
}

let package = Package(
    name: "restante",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "restante", targets: ["restante"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        // Without reading its configuration by itself, which would bring a package and 20,000 lines.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Values
        module("MailModel"),
        module("JSON"),
        module("HTML"),
        module("SampleMail"),
        // Protocols: bytes in, values out
        module("MIME", ["HTML", "MailModel"]),
        module("SASL", ["MailModel"]),
        module("POP3", ["MailModel", "SASL", nioCore, crypto, cryptoExtras]),
        module("SMTP", ["MailModel", "SASL", nioCore]),
        module("MailFiles", ["MailModel", "MIME"]),
        module("WebPush", ["MailModel", crypto]),
        module("WebAuthn", ["MailModel", "JSON", crypto, cryptoExtras]),
        // The canonical copy
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CLinux"),
        module(
            "MailStore",
            ["MailModel", "MIME", "WebAuthn", "CZstd", "CLinux", grdb, crypto, cryptoExtras, logging]),
        // The web client's files, and how they are told apart
        .target(name: "CWebClient", exclude: ["Files"]),
        module("WebClient", ["CWebClient", "CZstd", crypto]),
        // Services
        module("Transport", ["MailModel", nioCore, nioPosix, nioSSL, nioTLS, logging, crypto]),
        module("OutboundHTTP", ["MailModel", "Transport", nioCore]),
        module("OAuth2", ["MailModel", "JSON", "OutboundHTTP", "Transport", nioCore, logging, crypto]),
        module("Discovery", ["MailModel", "Transport", "OutboundHTTP", nioCore]),
        module(
            "MailSync",
            [
                "MailModel", "MailStore", "POP3", "Transport", "OutboundHTTP", "OAuth2", nioCore, lifecycle, logging,
                metrics, crypto,
            ]),
        module("Submission", ["MailModel", "MailStore", "SMTP", "Transport", nioCore, lifecycle, logging, metrics]),
        module(
            "Push",
            [
                "MailModel", "JSON", "MailStore", "JMAP", "OutboundHTTP", "WebPush", crypto, lifecycle, logging,
                metrics,
            ]),
        module("POP3Server", ["MailModel", "MailStore", "POP3", "Transport", nioCore, lifecycle, logging, metrics]),
        module("JMAP", ["MailModel", "JSON", "HTML", "MIME", "MailStore", "WebAuthn"]),
        module(
            "HTTPServer",
            [
                "MailModel", "JSON", "JMAP", "MailStore", "OutboundHTTP", "WebAuthn", "WebClient", hummingbird,
                hummingbirdTLS,
                hummingbirdHTTP2,
                httpTypes, nioHTTPTypes, nioCore, nioTLS, nioSSL, lifecycle, logging, metrics,
            ]),
        // The program
        module(
            "Daemon",
            [
                "MailModel", "JSON", "MIME", "MailFiles", "POP3", "MailStore", "Transport", "OutboundHTTP", "OAuth2",
                "Discovery", "MailSync", "Submission", "Push", "POP3Server", "JMAP", "HTTPServer", "SampleMail",
                lifecycle,
                signals,
                logging,
                metrics, yams, nioSSL, nioCore,
            ]),
        .executableTarget(name: "restante", dependencies: ["Daemon", arguments], swiftSettings: settings),
        .executableTarget(name: "sample-mail", dependencies: ["SampleMail"], swiftSettings: settings),
        // Tests
        .target(
            name: "TestSupport",
            dependencies: [
                "MailModel", "POP3", "MailStore", "SampleMail", "Transport", nioCore, nioPosix, nioSSL, nioEmbedded,
                logging, crypto, cryptoExtras,
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        tests("MailModel"),
        tests("JSON"),
        tests("HTML"),
        .testTarget(name: "SampleMailTests", dependencies: ["SampleMail"], swiftSettings: settings),
        tests("MIME", ["MailModel"]),
        tests("MailFiles", ["MailModel"]),
        tests("POP3", ["SASL", nioCore, nioEmbedded]),
        tests("SMTP", ["MailModel", "SASL", nioCore]),
        tests("WebPush", ["MailModel", crypto]),
        tests("WebAuthn", ["MailModel"]),
        tests("MailStore", ["MIME", "WebAuthn", grdb, logging]),
        tests("Transport", [nioCore, nioPosix, nioSSL, logging]),
        tests("OutboundHTTP", ["MailModel", "Transport", nioCore]),
        tests("OAuth2", ["MailModel", "JSON", "OutboundHTTP", "Transport", logging]),
        tests("Discovery", ["MailModel", "Transport", "OutboundHTTP", nioCore]),
        tests(
            "MailSync",
            [
                "OAuth2", "OutboundHTTP", "MailModel", "MailStore", "MIME", "POP3", "Transport", nioCore, nioPosix,
                logging,
            ]),
        tests(
            "Submission",
            ["MailModel", "MailStore", "SMTP", "Transport", nioCore, nioPosix, nioSSL, lifecycle, logging]),
        tests(
            "Push",
            [
                "MailModel", "JSON", "MailStore", "JMAP", "OutboundHTTP", "WebPush", "Transport", crypto, lifecycle,
                logging,
            ]),
        tests("POP3Server", ["MailModel", "MailStore", "POP3", "Transport", nioCore, nioPosix, logging, lifecycle]),
        tests("WebClient", ["CZstd", "CWebClient"]),
        tests("JMAP", ["JSON", "MailModel", "MailStore", "MIME", "WebAuthn", logging]),
        tests(
            "HTTPServer",
            [
                "JSON", "JMAP", "MailModel", "MailStore", "OutboundHTTP", "Transport", "WebAuthn", "WebClient",
                hummingbird, httpTypes, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioCore, nioPosix, nioEmbedded,
                nioSSL, lifecycle, logging, metrics,
            ]),
        tests(
            "Daemon", ["OAuth2", "OutboundHTTP", "MailModel", "MailStore", "JSON", "HTTPServer", lifecycle, logging]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "Daemon", "restante", "MailModel", "MailStore", "JSON", "JMAP", "SampleMail", nioCore,
                logging,
            ],
            swiftSettings: settings
        ),
    ]
)
