import Testing

@testable import WebClient

@Suite struct ModuleBundleTests {
    private static let files = [
        "main.js": "import {App} from './app/app.js';\nnew App().start();",
        "app/app.js": """
        import {el as make, BASE} from '../core/dom.js';
        /** @type {import('../core/dom.js').Element} */
        export class App { start() { return [make, () => import('./later.js'), () => import('../mail/mail.js')]; } }
        """,
        "core/dom.js": "export const BASE = import.meta.url;\nexport async function el() {}\nfunction hidden() {}",
        "mail/mail.js": "import * as dom from '../core/dom.js';\nexport const open = () => dom.el;",
        "app/later.js": "import {el} from '../core/dom.js';",
    ]

    @Test func whatIsImportedStandsBeforeWhatImportsItAndIsRunOnce() throws {
        let bundle = try #require(ModuleBundle(of: ["main.js", "mail/mail.js"]) { Self.files[$0] })
        #expect(
            bundle.text == """
                //# allFunctionsCalledOnLoad
                const m0 = (() => {
                const BASE = new URL('./core/dom.js', import.meta.url).href;
                async function el() {}
                function hidden() {}
                return {BASE, el};
                })();
                const m1 = (() => {
                const {el: make, BASE} = m0;
                /** @type {Promise.resolve().then(() => m0).Element} */
                class App { start() { return [make, () => import('./app/later.js'), () => Promise.resolve().then(() => m3)]; } }
                return {App};
                })();
                const m2 = (() => {
                const {App} = m1;
                new App().start();
                return {};
                })();
                const m3 = (() => {
                const dom = m0;
                const open = () => dom.el;
                return {open};
                })();
                export {m0, m1, m2, m3};

                """)
    }

    @Test func theWordsThatAPageBeginsWithStandWhereTheyAreWanted() throws {
        let files = ["main.js": "const words = new Map(/* {{words}} */);\n"]
        let words = ["en/core": "{\"a\": \"It's \\n {{words}}\"\n}", "de/core": "{}"]
        let bundle = try #require(ModuleBundle(of: ["main.js"], words: words) { files[$0] })
        let list = #"[['de/core', '{}'], ['en/core', '{"a": "It\'s \\n {{words}}"\n}']]"#
        #expect(bundle.text.contains("const words = new Map(\(list));\n"))
    }

    @Test func theWordsOfTheFirstPageComeWithItInEveryLanguage() throws {
        let text = String(decoding: try #require(WebClient().file("main.js")).octets, as: UTF8.self)
        #expect(!text.contains("/* {{"))
        for name in ["de/core", "de/mail", "en/core", "en/mail"] { #expect(text.contains("['\(name)', '{")) }
    }

    @Test func whoeverImportsAModuleLaterGetsTheSame() throws {
        let bundle = try #require(ModuleBundle(of: ["main.js", "mail/mail.js"]) { Self.files[$0] })
        #expect(
            bundle.stubs == [
                "app/app.js": "import {m1} from '../main.js';\nexport const {App} = m1;\n",
                "core/dom.js": "import {m0} from '../main.js';\nexport const {BASE, el} = m0;\n",
                "mail/mail.js": "import {m3} from '../main.js';\nexport const {open} = m3;\n",
            ])
    }

    @Test(arguments: [
        "import './b.js';", "import b from './b.js';", "import {a} from 'b';", "export default 1;",
        "export {a} from './b.js';", "import {a} from './c.js';", "import {a} from './main.js';",
        "import {a} from '../../b.js';",
    ])
    func whatIsWrittenInAnotherWayIsLeftAsItIs(_ line: String) {
        let files = ["main.js": "\(line)\n", "b.js": "export const a = 1;\n"]
        #expect(ModuleBundle(of: ["main.js"]) { files[$0] } == nil)
    }

    @Test func theFirstPageOfTheProgramIsOneModule() throws {
        #expect(EmbeddedFiles.shared.isBundled)
        let client = WebClient()
        let text = { (path: String) in String(decoding: try #require(client.file(path)).octets, as: UTF8.self) }
        #expect(try text("main.js").contains("class App {"))
        let stub = try text("app/app.js")
        let number = try #require(stub.firstMatch(of: /\{m(\d+)\}/)).1
        #expect(stub == "import {m\(number)} from '../main.js';\nexport const {ROW, App} = m\(number);\n")
        // What comes later is as it was written.
        #expect(try text("letter/letter.js").contains("export class Letter"))
    }
}
