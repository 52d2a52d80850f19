using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests which recurrence rules are accepted and which are refused: the whole table of RFC 5545, section 3.3.10, and each part separately.
/// </summary>
public sealed class RuleTextTests
{
    private static readonly string[] Frequencies = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

    // One row of the table for each part, with its effect for each frequency in the order above. "-" is N/A.
    public static TheoryData<string, string> Table => new()
    {
        { "BYMONTH=1", "LLLLLLE" },
        { "BYWEEKNO=20", "------E" },
        { "BYYEARDAY=100", "LLL---E" },
        { "BYMONTHDAY=13", "LLLL-EE" },
        { "BYDAY=MO", "LLLLEEE" },
        { "BYHOUR=9", "LLLEEEE" },
        { "BYMINUTE=30", "LLEEEEE" },
        { "BYSECOND=15", "LEEEEEE" },
        { "BYDAY=MO,TU;BYSETPOS=1", "LLLLLLL" },
        { "BYDAY=1MO", "-----EE" },
        { "BYDAY=-1SU", "-----EE" },
        { "BYDAY=MO,-2FR", "-----EE" },
        { "BYWEEKNO=20;BYDAY=MO", "------E" },
        { "BYWEEKNO=20;BYDAY=1MO", "-------" },
        { "BYMONTH=3;BYDAY=6MO", "-------" },
        { "BYDAY=20MO", "------E" },
        { "BYMONTHDAY=13;BYDAY=FR", "LLLL-LL" },
        { "BYSETPOS=1", "-------" },
        { "RSCALE=GREGORIAN;SKIP=BACKWARD", "-----EE" },
        { "RSCALE=GREGORIAN;SKIP=FORWARD", "-----EE" },
        { "RSCALE=GREGORIAN;SKIP=OMIT", "EEEEEEE" },
        { "RSCALE=GREGORIAN", "EEEEEEE" },
        { "COUNT=3;UNTIL=20300101", "-------" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Parse_EachPartWithEachFrequency_MatchesTheTable(string part, string row) => Assert.All(Frequencies.Zip(row), cell =>
    {
        var text = $"FREQ={cell.First};{part}";
        var fault = FaultOf(text);

        Assert.True(fault is null == (cell.Second != '-'), $"{text}: {fault}");
        if (fault is not null)
        {
            // The error names the wrong part.
            Assert.Contains(part.Split(';'),
                p => fault.StartsWith(p.Split('=')[0], StringComparison.Ordinal)
                    || fault.StartsWith("it has both COUNT and UNTIL", StringComparison.Ordinal));
        }
    });

    [Theory]
    [InlineData("", "it has 0 characters; 1 to 1000 are allowed")]
    [InlineData("RRULE:", "it has 0 characters; 1 to 1000 are allowed")]
    [InlineData("BYDAY=MO", "FREQ is missing; it sets how often the rule repeats, such as FREQ=WEEKLY")]
    [InlineData("FREQ=SOMETIMES", "FREQ is 'SOMETIMES'; SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY are known")]
    [InlineData("FREQ=3", "FREQ is '3'; SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY are known")]
    [InlineData("FREQ=", "FREQ has no value; write FREQ=VALUE")]
    [InlineData("FREQ=DAILY;FREQ=WEEKLY", "FREQ is given twice; give it once")]
    [InlineData("FREQ=DAILY;freq=DAILY", "FREQ is given twice; give it once")]
    [InlineData("FREQ=DAILY;BYHOUR=9;BYHOUR=10", "BYHOUR is given twice; give it once")]
    [InlineData("FREQ=DAILY;", "it has an empty part; write one semicolon between parts, and none at the end")]
    [InlineData(";FREQ=DAILY", "it has an empty part; write one semicolon between parts, and none at the end")]
    [InlineData("FREQ=DAILY;;COUNT=2", "it has an empty part; write one semicolon between parts, and none at the end")]
    [InlineData("FREQ=DAILY;COUNT", "'COUNT' is not a part of a rule; write parts as NAME=VALUE")]
    [InlineData("FREQ=DAILY;=2", "'=2' is not a part of a rule; write parts as NAME=VALUE")]
    [InlineData("daily", "'daily' is not a part of a rule; write parts as NAME=VALUE")]
    [InlineData("FREQ=DAILY;BYWEEKDAY=MO", "the part 'BYWEEKDAY' is not known")]
    [InlineData("FREQ=DAILY; COUNT=2", "the part ' COUNT' is not known")]
    [InlineData("FREQ=DAILY;X-NAME=2", "the part 'X-NAME' is not known")]
    [InlineData("DTSTART:20300101T000000\nRRULE:FREQ=DAILY", "DTSTART is not a part of a rule; set start and timeZone instead")]
    [InlineData("TZID=Europe/Berlin;FREQ=DAILY", "TZID is not a part of a rule; set timeZone instead")]
    [InlineData("FREQ=YEARLY;BYEASTER=0", "BYEASTER is not known; give the days as rdates")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "INTERVAL is 0; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL=-1", "INTERVAL is -1; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL=+1", "INTERVAL is +1; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL=1.5", "INTERVAL is 1.5; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL= 2", "INTERVAL is  2; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL=2,3", "INTERVAL is 2,3; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL=99999999999999999999",
        "INTERVAL is 99999999999999999999; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("INTERVAL=0;FREQ=SECONDLY", "INTERVAL is 0; with FREQ=SECONDLY 1 to 2147483647 are allowed, which is 68 years")]
    [InlineData("INTERVAL=0;FREQ=WEEKLY", "INTERVAL is 0; with FREQ=WEEKLY 1 to 5217 are allowed, which is 100 years")]
    [InlineData("INTERVAL=0", "FREQ is missing")]
    [InlineData("FREQ=DAILY;COUNT=0", "COUNT is 0; 1 to 10000 are allowed")]
    [InlineData("FREQ=DAILY;COUNT=x", "COUNT is x; 1 to 10000 are allowed")]
    [InlineData("FREQ=DAILY;COUNT=10001", "COUNT is 10001; 1 to 10000 are allowed")]
    [InlineData("FREQ=DAILY;COUNT=2;UNTIL=20300101", "it has both COUNT and UNTIL; only one of them can end a rule")]
    [InlineData("FREQ=DAILY;BYHOUR=24", "BYHOUR is 24; 0 to 23 are allowed")]
    [InlineData("FREQ=DAILY;BYHOUR=-1", "BYHOUR is -1; 0 to 23 are allowed")]
    [InlineData("FREQ=DAILY;BYHOUR=9,", "BYHOUR has an empty value; 0 to 23 are allowed")]
    [InlineData("FREQ=DAILY;BYHOUR=9,,10", "BYHOUR has an empty value; 0 to 23 are allowed")]
    [InlineData("FREQ=DAILY;BYHOUR=9-17", "BYHOUR is 9-17; 0 to 23 are allowed")]
    [InlineData("FREQ=DAILY;BYHOUR=٩", "BYHOUR is ٩; 0 to 23 are allowed")]
    [InlineData("FREQ=DAILY;BYMINUTE=60", "BYMINUTE is 60; 0 to 59 are allowed")]
    [InlineData("FREQ=DAILY;BYMINUTE=", "BYMINUTE has no value; write BYMINUTE=VALUE")]
    [InlineData("FREQ=DAILY;BYSECOND=61", "BYSECOND is 61; 0 to 59 are allowed")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY is 0; 1 to 31 and -31 to -1 are allowed")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY is 32; 1 to 31 and -31 to -1 are allowed")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-32", "BYMONTHDAY is -32; 1 to 31 and -31 to -1 are allowed")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=L", "BYMONTHDAY is L; 1 to 31 and -31 to -1 are allowed")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY is 367; 1 to 366 and -366 to -1 are allowed")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=0", "BYYEARDAY is 0; 1 to 366 and -366 to -1 are allowed")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO is 54; 1 to 53 and -53 to -1 are allowed")]
    [InlineData("FREQ=YEARLY;BYMONTH=13", "BYMONTH is 13; 1 to 12 are allowed")]
    [InlineData("FREQ=YEARLY;BYMONTH=-1", "BYMONTH is -1; 1 to 12 are allowed")]
    [InlineData("FREQ=YEARLY;BYMONTH=5L", "BYMONTH is 5L; 1 to 12 are allowed")]
    [InlineData("FREQ=YEARLY;BYMONTH=JAN", "BYMONTH is JAN; 1 to 12 are allowed")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "BYSETPOS is 0; 1 to 366 and -366 to -1 are allowed")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", "BYSETPOS is 367; 1 to 366 and -366 to -1 are allowed")]
    [InlineData("FREQ=WEEKLY;BYDAY=MON", "BYDAY has 'MON', which is not a weekday")]
    [InlineData("FREQ=WEEKLY;BYDAY=XX", "BYDAY has 'XX', which is not a weekday")]
    [InlineData("FREQ=WEEKLY;BYDAY=M", "BYDAY has 'M', which is not a weekday")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,", "BYDAY has '', which is not a weekday")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO TU", "BYDAY is MO TU; 1 to 53 and -53 to -1 are allowed")]
    [InlineData("FREQ=WEEKLY;BYDAY=", "BYDAY has no value; write BYDAY=VALUE")]
    [InlineData("FREQ=MONTHLY;BYDAY=0MO", "BYDAY is 0MO; 1 to 53 and -53 to -1 are allowed")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO1", "BYDAY has 'MO1', which is not a weekday")]
    [InlineData("FREQ=YEARLY;BYDAY=54MO", "BYDAY is 54MO; 1 to 53 and -53 to -1 are allowed")]
    [InlineData("FREQ=MONTHLY;BYDAY=6MO", "BYDAY=6MO never occurs: a month has each weekday at most 5 times")]
    [InlineData("FREQ=WEEKLY;BYDAY=1MO",
        "BYDAY=1MO has a number, which goes with FREQ=MONTHLY and FREQ=YEARLY only, not with FREQ=WEEKLY; leave the number out")]
    [InlineData("FREQ=DAILY;BYDAY=-1FR",
        "BYDAY=-1FR has a number, which goes with FREQ=MONTHLY and FREQ=YEARLY only, not with FREQ=DAILY; leave the number out")]
    [InlineData("FREQ=WEEKLY;WKST=1MO", "WKST has '1MO', which is not a weekday")]
    [InlineData("FREQ=WEEKLY;WKST=", "WKST has no value; write WKST=VALUE")]
    [InlineData("FREQ=MONTHLY;SKIP=BACKWARD", "SKIP is 'BACKWARD' without RSCALE; add RSCALE=GREGORIAN (RFC 7529, section 4.1)")]
    [InlineData("RSCALE=CHINESE;FREQ=MONTHLY", "RSCALE is 'CHINESE'; only GREGORIAN is known")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=LAST", "SKIP is 'LAST'; OMIT, BACKWARD and FORWARD are known")]
    [InlineData("RSCALE=GREGORIAN;FREQ=DAILY;SKIP=FORWARD", "SKIP=FORWARD goes with FREQ=MONTHLY and FREQ=YEARLY only, not with "
        + "FREQ=DAILY, which has no days that do not exist; leave SKIP out")]
    [InlineData("FREQ=DAILY;BYYEARDAY=100", "BYYEARDAY does not go with FREQ=DAILY (RFC 5545, section 3.3.10); use FREQ=YEARLY")]
    [InlineData("FREQ=WEEKLY;BYMONTHDAY=13",
        "BYMONTHDAY does not go with FREQ=WEEKLY (RFC 5545, section 3.3.10); use FREQ=MONTHLY, with BYDAY if it has to be a certain "
            + "weekday too")]
    [InlineData("FREQ=HOURLY;BYWEEKNO=1",
        "BYWEEKNO does not go with FREQ=HOURLY (RFC 5545, section 3.3.10); only FREQ=YEARLY has weeks with numbers")]
    [InlineData("FREQ=DAILY;BYSETPOS=1", "BYSETPOS=1 is the only BY part; it chooses among the times of another one, such as BYDAY")]
    [InlineData("FREQ=SECONDLY;INTERVAL=2147483648",
        "INTERVAL is 2147483648; with FREQ=SECONDLY 1 to 2147483647 are allowed, which is 68 years")]
    [InlineData("FREQ=YEARLY;INTERVAL=2147483647", "INTERVAL is 2147483647; with FREQ=YEARLY 1 to 100 are allowed, which is 100 years")]
    [InlineData("FREQ=MONTHLY;INTERVAL=2147483647", "INTERVAL is 2147483647; with FREQ=MONTHLY 1 to 1200 are allowed, which is 100 years")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2147483647", "INTERVAL is 2147483647; with FREQ=WEEKLY 1 to 5217 are allowed, which is 100 years")]
    [InlineData("FREQ=DAILY;INTERVAL=2147483647", "INTERVAL is 2147483647; with FREQ=DAILY 1 to 36525 are allowed, which is 100 years")]
    [InlineData("FREQ=HOURLY;INTERVAL=2147483647", "INTERVAL is 2147483647; with FREQ=HOURLY 1 to 876600 are allowed, which is 100 years")]
    [InlineData("FREQ=MINUTELY;INTERVAL=2147483647",
        "INTERVAL is 2147483647; with FREQ=MINUTELY 1 to 52596000 are allowed, which is 100 years")]
    public void Parse_InvalidRule_NamesThePartAndTheReason(string rule, string fault) =>
        Assert.StartsWith(fault, FaultOf(rule), StringComparison.Ordinal);

    [Theory]
    [InlineData("2024-05-01")]
    [InlineData("tomorrow")]
    [InlineData("20240105Z")]
    [InlineData("20240105T0900")]
    [InlineData("20240105T090000+0200")]
    [InlineData("20240105T090000+02:00")]
    [InlineData("20240105T090000ZZ")]
    [InlineData("20240105 090000")]
    [InlineData("20240105T240000")]
    [InlineData("20240105T096000Z")]
    [InlineData("20240230")]
    [InlineData("20241301T000000Z")]
    [InlineData("2024010")]
    [InlineData("99991231T235960Z")]
    [InlineData("TZID=Europe/Berlin:20240105T090000")]
    public void Parse_InvalidEnd_IsRejected(string until) =>
        Assert.StartsWith("UNTIL is '", FaultOf($"FREQ=DAILY;UNTIL={until}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("UNTIL=20240105", "2024-01-05T23:59:59.9999999")]
    [InlineData("UNTIL=20240105T090000", "2024-01-05T09:00:00.0000000")]
    [InlineData("UNTIL=20240105T090000Z", "2024-01-05T09:00:00.0000000Z")]
    [InlineData("until=20240105t090000z", "2024-01-05T09:00:00.0000000Z")]
    public void Parse_EachFormOfAnEnd_IsRead(string part, string time) =>
        Assert.Equal(time,
            RuleText.Parse("FREQ=DAILY;" + part).Until!.Value.Time.ToString("O", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Parse_PartsInAnyOrderAndCase_AreTheSame()
    {
        var rule = RuleText.Parse("rrule:byday=+1mo,-1FR,mo;ByHour=09,9,8;wkst=su;interval=02;freq=Monthly");

        Assert.Equal((RuleFrequency.Monthly, 2, DayOfWeek.Sunday), (rule.Frequency, rule.Interval, rule.WeekStart));
        Assert.Equal([new RuleDay(DayOfWeek.Monday, 1), new(DayOfWeek.Friday, -1), new(DayOfWeek.Monday, null)], rule.ByDay!);
        Assert.Equal([8, 9], rule.ByHour!);
    }

    [Fact]
    public void Parse_TheWholeText_IsNotRepeatedInErrors()
    {
        var error = Assert.Throws<InvalidTaskException>(
            () => TaskSchedule.Calendar("FREQ=DAILY;BYHOUR=" + new string('9', 200_000), new DateTime(2026, 1, 1)));

        Assert.InRange(error.Message.Length, 10, 400);
    }

    private static string? FaultOf(string rule)
    {
        try
        {
            RuleText.Parse(rule);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
