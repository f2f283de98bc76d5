"""Adverts and spam of kinds the rules were not written from, and what people in earnest say in the same words."""

from __future__ import annotations

import pytest

from knowledge.intake.adverts import without_adverts
from knowledge.intake.remarks import Remark
from knowledge.intake.spam import Subject, verdict
from tests.intake_pages import BEFORE, PARAGRAPHS, glued

SUBJECT = Subject.of("\n".join(PARAGRAPHS))
OFFERS = (
    "Save your seat for our spring leadership summit, early-bird prices end on Friday.",
    "Get 25% off all planners at the Quillmark shop with code SPRING25.",
    "Introducing Tallyhoop, the scheduling app that 20,000 teams trust, free for 14 days.",
    "Order your copy of The Patient Editor now and receive a free workbook!",
    "Book a demo of Lumenpost today and see why teams switch.",
    "Claim your free audit worth $299 before the end of the month!",
    "Need new headshots? Book Brightlane Studio from $49.",
    "Enrol now in the Riverbank Academy certificate course, only $199.",
    "Act now: the first 50 customers get a free tote bag!",
    "[Promoted: Kettle & Kin office coffee, delivered weekly]",
    "Try Postwren free for 14 days, no credit card required.",
    "Upgrade to Stackfern Pro now and unlock unlimited reports!",
    "Shop our summer sale and save up to 40% on standing desks!",
    "Claim your welcome bonus today, terms apply.",
    "Anzeige: Jetzt Probeabo sichern und 20% sparen!",
    "Grab your copy of our new playbook today!",
    "Reserve your spot at the Harbour Content Summit before tickets sell out!",
    "Switch to Fernpost today and pay nothing until June.",
    "Our award-winning course is now half price, enrol here.",
    "Want more followers? Download the Loudbird app for free.",
    "Use code TEAM15 at checkout to save 15% on every plan.",
    "Start your free trial of Boardwell today.",
    "Discover Inkline, the effortless way to plan your posts.",
    "Get unlimited stock photos for just $12 a month at pixbarn.com.",
    "Sponsored: Candela lamps make every video call look professional.",
    "Join 5,000 marketers at GrowthCamp, register now at www.growthcamp.example.com!",
    "Hurry, our summer discount ends tonight!",
    "Visit our stand at the fair and win a free consultation.",
)
ADVICE = (
    "Claim your page before somebody else does.",
    "Claim your listing on every map service, then check the opening hours.",
    "Tell the press office, call the duty lead, and act at once.",
    "Grab a colleague and read the reply aloud.",
    "Start today with one team and one channel.",
    "Apply now what the last pilot taught you.",
    "Register your channels with the press office, and try it with one of them now.",
    "Get your sponsor to say it, and get started now with the dealers who asked.",
    "Act now, and tell the people who wrote to you what you did.",
    "Call the shop today, ask what they saw, and write it down.",
    "Learn more about each dealer before the first meeting.",
    "Visit the shop yourself and watch who answers.",
    "Start with the team that asks for it today.",
    "Get your report to the sponsor by Friday.",
    "Book a room today for the first meeting with the dealers.",
    "Download the figures now and put them next to last year's.",
    "Photos from customers are the best we have.",
    "Some links in captions must be marked as affiliate links by law, so ask legal.",
    "Join the first call yourself.",
    "Discover what your dealers post already.",
    "Use the free version until the pilot has shown something.",
    "Order of work: first the people, then the platform.",
    "Our platform has a dashboard for each region.",
    "A free tool is enough for one team.",
    "Get legal to sign, save the reply and register the account.",
    "Learn more from one angry customer than from ten reports.",
)
SPAM = (
    ("Walter", "I was scammed of all my savings until a recovery agent, Mr Dale Hartwell, got my funds back within 48 hours. Write to him at dale@recovery.example"),
    ("Grace", "My husband left me for another woman, and Dr Obafe brought him back in two days with his powerful prayers. You can reach him on +1 555 0100"),
    ("job desk", "We are hiring! Part time typist, no experience needed, weekly pay, apply at jobs-now.example.com"),
    ("priya", "Join our Telegram group for daily trading signals with 95% accuracy, link on my profile"),
    ("helper", "Students, stop suffering over term papers. Our writers deliver plagiarism free papers before any deadline at student prices."),
    ("Jessica", "hi i am lonely tonight, come chat with me and see my private photos here"),
    ("Dave", "I invested 500 dollars with Mrs Linda and received 5,000 in seven days. She is honest and legit, contact her on WhatsApp"),
    ("nettoyage", "Meilleur service de nettoyage de canapés à Lyon, devis gratuit au 04 00 00 00 00"),
    ("guest writer", "Hello admin, I would like to place a sponsored article on your site with one dofollow link. What are your rates?"),
    ("IPTV4K", "20000 channels and all movies in HD, 24 hour test, instant activation, cheapest iptv subscription in Europe"),
    ("xx", "Your traffic could double in 30 days with our proven system, reply YES to start"),
    ("Tom", "Unlock any iPhone or recover a hacked Instagram account with ghostcyber on Instagram, fast and reliable"),
    ("study abroad", "Apply for fully funded scholarships 2024, free visa sponsorship, apply before the deadline here"),
    ("owner", "Luxury villas with private pool for your next holiday, book directly with the owner and get breakfast free"),
    ("Ruth", "I want to thank Dr Imani for the herbs that cured my illness after nine years, email her at imani@herbs.example for help"),
    ("loan desk", "Do you need an urgent loan at 2% interest? We offer business and personal loans, apply today via email"),
    ("Mike", "Earn $300 a day from your phone, no skills needed, just message me for the details"),
    ("leo", "Hello, I went over your website and noticed you are not ranking for many keywords. May I send you a quote?"),
    ("dan", "get 10k real followers and likes cheap instant delivery"),
    ("elena", "I am looking for a serious man, write me, my photos are here https://meet.example.com/elena"),
    ("fans", "Watch the full match live stream free HD here"),
    ("Kurt", "Ich habe mit dieser Methode in einer Woche 3000 Euro verdient, jetzt kostenlos anmelden und Bonus sichern"),
    ("", "This coin will do 100x before the end of the month, do not miss the presale"),
    ("Marc", "Besoin d'un prêt rapide ? Contactez-moi par e-mail pour une offre de crédit sans justificatif"),
    ("Kate", "Best deals on kitchen cabinets, free estimates, licensed and insured, serving all of the county"),
)
EARNEST = (
    ("kim", "We had our own page hacked twice; recovery took a week because nobody knew who owned the e-mail address."),
    ("sam", "We pay our part-time moderators weekly, and experience with complaints counts more than reach."),
    ("ola", "Our students write the posts, and the deadline is what they suffer from, not the words."),
    ("jo", "Our loans desk answers on WhatsApp, and compliance wants each message kept. Who has solved that?"),
    ("furniture dealer", "We sell furniture, and the best post we ever had showed a broken chair and how we mended it."),
    ("rae", "Cheap reach is no reach: we buy adverts only where a dealer asks for them."),
    ("bea", "Bei uns im Hotel kaufen die Gäste nicht wegen der Beiträge, sondern weil jemand ihre Fragen beantwortet."),
    ("luc", "Chez nous le prêt de matériel aux équipes a plus aidé que la formation; il faut quelqu'un qui réponde."),
    ("ines", "En nuestra tienda los vendedores publican ellos mismos, y la dirección revisa solo las ofertas."),
    ("val", "Our sex education charity is flagged as adult content on two networks; an appeal took five weeks."),
    ("ned", "Working from home, half of my team never met the sponsor. The pilot died of that."),
    ("abe", "What does your plumbing firm do when a customer complains on a Sunday?"),
    ("the harbour desk", "Thanks, our dealers tried that last year and two of them stayed."),
    ("dockhand", "How many did you use?"),
    ("kitchen", "We order the photos from an agency, and each one is checked by legal."),
    ("night shift", "Is it cheaper to buy reach or to hire somebody who answers?"),
    ("rail office", "My team in the hotel answers reviews at night; guests notice."),
    ("members", "We tried a discount code for members and nobody used it."),
    ("harbour", "You can find the template we used at www.harbour.example.org/template; the sponsor signs on page two and the manager on page three."),
    ("policy desk", "Nobody reads the policy. We cut it to one page and asked three questions at the end."),
    ("odds", "In our betting company every post needs approval by compliance."),
    ("moderators", "Great! But who pays for the training of the moderators?"),
)


@pytest.mark.parametrize("offer", OFFERS)
def test_an_unmet_advert_is_cut_out_wherever_it_was_glued(offer: str) -> None:
    """At the end of a paragraph, between two sentences, with and without a space, and in the middle of a sentence."""
    assert [without_adverts(text)[0] for text, _ in glued(offer)] == [rest for _, rest in glued(offer)]


@pytest.mark.parametrize("text", ADVICE)
def test_advice_in_the_words_of_sellers_stays(text: str) -> None:
    """Alone and among other sentences."""
    assert without_adverts(text) == (text, [])
    assert without_adverts(f"{BEFORE}. {text} After that it is easy.")[1] == []


@pytest.mark.parametrize(("author", "text"), SPAM)
def test_unmet_spam_is_dropped(author: str, text: str) -> None:
    assert verdict(Remark(author, lines=[text]), SUBJECT) != ""


@pytest.mark.parametrize(("author", "text"), EARNEST)
def test_what_is_said_in_earnest_in_the_words_of_spam_is_kept(author: str, text: str) -> None:
    assert verdict(Remark(author, lines=[text]), SUBJECT) == ""
