//! What the pages of the program say.

crate::platform::words::words! {
    granted_on(day, reason) { en: "Granted by RiverSync on {day}: {reason}", th: "RiverSync ให้ระดับนี้เมื่อ {day}: {reason}" }
    tier_program { en: "Tier program", th: "ระดับพาร์ตเนอร์" }
    you_are(tier) { en: "You are {tier}", th: "ระดับของคุณ: {tier}" }
    granted_by { en: "RiverSync grants tiers. Nobody sets their own.", th: "RiverSync เป็นผู้กำหนดระดับ พาร์ตเนอร์กำหนดระดับเองไม่ได้" }
    brings(tier) { en: "{tier} brings", th: "สิ่งที่ได้เพิ่มในระดับ {tier}" }
    highest { en: "You are on the highest tier.", th: "คุณอยู่ในระดับสูงสุดแล้ว" }
    road { en: "The tiers, and where you stand", th: "ระดับทั้งหมดและระดับของคุณ" }
    each_includes { en: "What each tier includes", th: "สิทธิประโยชน์ของแต่ละระดับ" }
    includes { en: "What it includes", th: "สิทธิประโยชน์" }
    no_tiers { en: "No tiers", th: "ไม่มีระดับ" }
    no_tiers_why { en: "The program has none.", th: "โปรแกรมนี้ยังไม่มีระดับพาร์ตเนอร์" }
    yes { en: "Yes", th: "มี" }
    open_deals { en: "Open registered deals", th: "ดีลที่ลงทะเบียนและเปิดอยู่" }
    unlimited { en: "Unlimited", th: "ไม่จำกัด" }
    price_level { en: "Price level", th: "ระดับราคา" }
    list_price { en: "List price", th: "ราคาตั้ง" }
    below_list(percent) { en: "List − {percent} %", th: "ราคาตั้ง − {percent} %" }
    direct_sale { en: "Direct sale", th: "การขายตรง" }
    by_request { en: "By request", th: "ยื่นขอเป็นรายกรณี" }
    streamlined { en: "Streamlined", th: "ขั้นตอนแบบย่อ" }
    shared_leads { en: "Leads shared by RiverSync", th: "ลีดที่ RiverSync ส่งให้" }
    comarketing { en: "Co-marketing", th: "การตลาดร่วม" }
    early_hardware { en: "Early hardware", th: "ฮาร์ดแวร์ใหม่ก่อนวางจำหน่าย" }

    modules { en: "Modules", th: "โมดูล" }
    modules_lead {
        en: "What the program offers. A module that is off exists for nobody.",
        th: "สิ่งที่โปรแกรมเปิดให้ใช้ โมดูลที่ปิดอยู่จะไม่ปรากฏแก่ผู้ใด"
    }
    on { en: "On", th: "เปิด" }
    off { en: "Off", th: "ปิด" }
    switch_on { en: "Switch on", th: "เปิดใช้" }
    switch_off { en: "Switch off", th: "ปิด" }
    partner_portal { en: "Partner portal", th: "พอร์ทัลพาร์ตเนอร์" }
    portal_is {
        en: "Partners sell, service and renew in their own app; your staff has the pipeline, the applications and the organisations.",
        th: "พาร์ตเนอร์ขาย ให้บริการ และต่อสัญญาในแอปของตน ส่วนพนักงานของคุณดูแลไปป์ไลน์ ใบสมัคร และองค์กร"
    }
    partners_in(count) { one: "{count} partner in the program.", en: "{count} partners in the program.", th: "พาร์ตเนอร์ในโปรแกรม {count} ราย" }
    partners_wait(count) { one: "{count} partner waits for it.", en: "{count} partners wait for it.", th: "พาร์ตเนอร์ที่รอใช้งาน {count} ราย" }
    off_question(count) {
        one: "{count} partner and your own staff lose their pages, exports and live updates at the next request. Nothing is deleted; switched on again, everything is as it was.",
        en: "{count} partners and your own staff lose their pages, exports and live updates at the next request. Nothing is deleted; switched on again, everything is as it was.",
        th: "พาร์ตเนอร์ {count} รายและพนักงานของคุณจะเข้าหน้าต่าง ๆ ส่งออกข้อมูล และรับการอัปเดตสดไม่ได้ตั้งแต่คำขอถัดไป ไม่มีข้อมูลใดถูกลบ เมื่อเปิดอีกครั้งทุกอย่างจะกลับเป็นเหมือนเดิม"
    }
    off_button { en: "Switch the partner portal off", th: "ปิดพอร์ทัลพาร์ตเนอร์" }
    portal_on { en: "The partner portal is on.", th: "เปิดพอร์ทัลพาร์ตเนอร์แล้ว" }
    portal_off { en: "The partner portal is off.", th: "ปิดพอร์ทัลพาร์ตเนอร์แล้ว" }

    channel_managers { en: "Channel managers", th: "ผู้จัดการช่องทางจำหน่าย" }
    managers_are {
        en: "The coordinator of a distributor is its channel manager: reads closed deals, has no deals and no quotes. Here the program lets them run the funnel as Sales does.",
        th: "ผู้ประสานงานของผู้จัดจำหน่ายคือผู้จัดการช่องทางจำหน่าย ดูดีลที่ปิดแล้วได้ แต่ไม่มีดีลและใบเสนอราคา ที่นี่โปรแกรมอนุญาตให้ดูแลการขายได้เหมือนบทบาทฝ่ายขาย"
    }
    run_the_funnel { en: "Run the funnel", th: "ดูแลการขายได้" }
    run_what {
        en: "They have Deals, Quotes and Closed as Sales has; what is off-channel stays masked.",
        th: "ใช้หน้าดีล ใบเสนอราคา และปิดแล้วได้เหมือนฝ่ายขาย ข้อมูลนอกช่องทางยังถูกปิดบัง"
    }
    as_in_matrix { en: "As in the matrix", th: "ตามตารางสิทธิ์" }
    matrix_what { en: "They have no Deals and no Quotes, and read Closed.", th: "ไม่มีหน้าดีลและใบเสนอราคา แต่ดูหน้าปิดแล้วได้" }
    run_question {
        en: "Every coordinator of every distributor has Deals, Quotes and Closed as Sales has, from the next request on. The distributors read it in their logs.",
        th: "ผู้ประสานงานทุกคนของผู้จัดจำหน่ายทุกรายจะใช้หน้าดีล ใบเสนอราคา และปิดแล้วได้เหมือนฝ่ายขายตั้งแต่คำขอถัดไป และผู้จัดจำหน่ายจะเห็นการเปลี่ยนแปลงนี้ในบันทึกของตน"
    }
    run_button { en: "Let them run the funnel", th: "อนุญาตให้ดูแลการขาย" }
    now_run { en: "Channel managers run the funnel from now on.", th: "ผู้จัดการช่องทางจำหน่ายดูแลการขายได้แล้ว" }
    now_matrix { en: "Channel managers have what the matrix says from now on.", th: "ผู้จัดการช่องทางจำหน่ายกลับไปใช้สิทธิ์ตามตารางแล้ว" }
}
