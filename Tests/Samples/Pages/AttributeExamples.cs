using Microsoft.Extensions.Hosting;

namespace OrleansTasks.Tests.Samples.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the page about attributes shows. Nothing here is run; that it compiles, with the generator, is the test.
internal static class AttributeExamples
{
    public static void Add(IHostApplicationBuilder builder)
    {
        // example: add-generated
        builder.UseOrleans(silo => silo
            .UseInMemoryTasks()
            .AddTasks(tasks => tasks.AddGenerated().Group("mail", new RunGroup { MaxConcurrentRuns = 2 })));
        // end
    }

    public static async Task UseAsync(ITaskClient client)
    {
        // example: typed-client
        string receipt = await client.Tasks.SendMail.RunAsync("ada@example.com", "Hello");
        var later = new DispatchOptions { Delay = TimeSpan.FromMinutes(5) };
        RunId run = await client.Tasks.SendMail.DispatchAsync("ada@example.com", "Later", later);
        // end
        Console.WriteLine($"{receipt} {run}");
    }

    public static Task<string> UseContractAsync(ITaskClient client) => client.Tasks.SendLetter.RunAsync("ada@example.com", "Hello");
}

public interface IMailer
{
    Task<string> SendAsync(string to, string subject, CancellationToken ct = default);

    Task ReportAsync(CancellationToken ct);

    Task PurgeAsync(int days);
}

// example: attributes
public sealed class Mails(IMailer mailer)
{
    [Task("send-mail", Timeout = "00:00:30", Tags = ["mail"])]
    [Group("mail"), Retry(3, Delay = "00:00:01", OnlyFor = [typeof(IOException)])]
    public Task<string> SendAsync(string to, string subject, CancellationToken stop) => mailer.SendAsync(to, subject, stop);

    [Task("report"), Cron("0 9 * * MON-FRI", TimeZone = "Europe/Berlin")]
    public Task ReportAsync(CancellationToken stop) => mailer.ReportAsync(stop);
}
// end

// example: contract
[TaskContract]
public interface ILetterTasks
{
    [Task("send-letter", Timeout = "00:00:30")]
    Task<string> SendLetterAsync(string to, string subject);

    Task PurgeOldLettersAsync(int days = 30);   // purge-old-letters
}
// end

// example: contract-handlers
public sealed class LetterTasks(IMailer mailer) : ILetterTasks
{
    public Task<string> SendLetterAsync(string to, string subject) => mailer.SendAsync(to, subject);

    [Cron("0 3 * * *"), Retry(2)]
    public Task PurgeOldLettersAsync(int days) => mailer.PurgeAsync(days);
}
// end
