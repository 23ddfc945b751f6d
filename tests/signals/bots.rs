//! Programs that follow links, by name.

use super::AGENTS;
use domain::tracking::Device;

#[rustfmt::skip]
const BOTS: &[(&str, &str, Device)] = &[
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", Device::Bot),
    ("Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", Device::Mobile),
    ("AdsBot-Google (+http://www.google.com/adsbot.html)", "AdsBot-Google", Device::Bot),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36", "bingbot", Device::Bot),
    ("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "YandexBot", Device::Bot),
    ("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", "Baiduspider", Device::Bot),
    ("Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)", "Yahoo! Slurp", Device::Bot),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)", "Applebot", Device::Desktop),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebookexternalhit", Device::Bot),
    ("TelegramBot (like TwitterBot)", "TelegramBot", Device::Bot),
    ("WhatsApp/2.23.20.0 A", "WhatsApp", Device::Bot),
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot-LinkExpanding", Device::Bot),
    ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "Discordbot", Device::Bot),
    ("Twitterbot/1.0", "Twitterbot", Device::Bot),
    ("LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)", "LinkedInBot", Device::Bot),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com", "SkypeUriPreview", Device::Desktop),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot", Device::Bot),
    ("Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", "SemrushBot", Device::Bot),
    ("Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)", "MJ12bot", Device::Bot),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot", Device::Bot),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot", "ChatGPT-User", Device::Bot),
    ("CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot", Device::Bot),
    ("Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "UptimeRobot", Device::Bot),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/124.0.0.0 Safari/537.36", "HeadlessChrome", Device::Desktop),
    ("Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1", "PhantomJS", Device::Desktop),
    ("Mozilla/5.0 (compatible; SomethingNobodyKnows/0.1)", "SomethingNobodyKnows", Device::Bot),
    ("curl/8.5.0", "curl", Device::Bot),
    ("Wget/1.21.4 (linux-gnu)", "Wget", Device::Bot),
    ("python-requests/2.31.0", "python-requests", Device::Bot),
    ("Python/3.11 aiohttp/3.9.3", "aiohttp", Device::Bot),
    ("Go-http-client/2.0", "Go-http-client", Device::Bot),
    ("Java/17.0.9", "Java", Device::Bot),
    ("Apache-HttpClient/4.5.14 (Java/17.0.9)", "HttpClient", Device::Bot),
    ("axios/1.6.8", "axios", Device::Bot),
    ("Scrapy/2.11 (+https://scrapy.org)", "Scrapy", Device::Bot),
    ("Mozilla/5.0", "Mozilla", Device::Bot),
    ("Siteliner (http://www.siteliner.com/)", "Siteliner", Device::Bot),
];

#[test]
fn well_known_bots_are_recognised_by_name() {
    for (user_agent, name, device) in BOTS {
        let agent = AGENTS.parse(user_agent, None);
        assert!(agent.is_bot, "{user_agent}");
        assert_eq!((&*agent.bot_name, agent.device), (*name, *device), "{user_agent}");
    }
}

#[test]
fn apps_that_fetch_with_the_systems_own_client_are_no_bots() {
    let apps = [
        "okhttp/4.12.0",
        "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)",
        "MyShop/3.2 CFNetwork/1494.0.7 Darwin/23.4.0",
        "Shopping/12.0 CFNetwork/1494.0.7 Darwin/23.4.0",
        "Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
        "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Twitter for iPhone/10.37",
    ];
    for user_agent in apps {
        assert!(!AGENTS.parse(user_agent, None).is_bot, "{user_agent}");
    }
}

#[test]
fn an_invented_bots_name_is_bounded() {
    let agent = AGENTS.parse(&format!("{}bot", "x".repeat(900)), None);
    assert!(agent.is_bot && agent.bot_name.len() <= 48);
}
