import Testing

@testable import WebClient

@Suite struct ModuleGraphTests {
    @Test func whatModulesImportIsFoundOnceHoweverOftenItIsImported() {
        let files = [
            "main.js": "import {a} from './app/a.js';\nimport './b.js';\n",
            "app/a.js": "import {b} from '../b.js';\nexport * from './c.js';\n",
            "app/c.js": "const later = () => import('./later.js');\n", "b.js": "import {a} from './app/a.js';",
            "app/later.js": "",
        ]
        let found = ModuleGraph.closure(of: ["main.js"]) { files[$0] }
        #expect(found == ["main.js", "app/a.js", "b.js", "app/c.js"])
    }

    @Test func whatIsNotThereOrOutsideIsLeftOut() {
        let files = ["main.js": "import '../../etc/passwd.js';\nimport './gone.js';\nimport 'bare.js';\n"]
        #expect(ModuleGraph.closure(of: ["main.js"]) { files[$0] } == ["main.js"])
    }

    @Test func aPageWhoseModulesAreFilesNamesThoseThatItNeedsFirst() throws {
        let client = WebClient(folder: WebClientTests.folder)
        let page = String(decoding: try #require(client.file("index.html")).octets, as: UTF8.self)
        for path in ["main.js", "app/app.js", "core/jmap.js", "mail/mail.js"] {
            #expect(page.contains(#"<link rel="modulepreload" href="/web/dev/\#(path)">"#), "\(path)")
        }
        #expect(!page.contains("{{") && !page.contains("settings/settings.js"))
    }

    @Test func aPageWhoseModulesAreOneNamesThatAlone() throws {
        let page = String(decoding: try #require(WebClient().file("index.html")).octets, as: UTF8.self)
        #expect(!page.contains("modulepreload"))
    }
}
