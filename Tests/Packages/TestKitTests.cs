namespace OrleansTasks.Tests.Packages;

/// <summary>Tests the kit in a program outside the repository, without any test framework.</summary>
public sealed class TestKitTests(Packed packed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_OfAProgramWithTheKit_HasNoWarningAndItsTestsPass()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "Kit")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Kit.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OrleansTasks.Testing" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using OrleansTasks;
            using OrleansTasks.Testing;

            var run = await TaskRun.For((int n) => n * n).WithArguments(12).RunAsync();
            var fake = new FakeTaskClient().Returns("square", 144);
            var made = new List<DateTimeOffset>();
            await using var cluster = await TaskTestCluster.StartAsync(
                silos: 2,
                tasks => tasks.Cron("0 9 * * *", "report", (TaskRunContext run) => made.Add(run.ScheduledAt)));
            await cluster.AdvanceAsync(TimeSpan.FromDays(3));
            Console.WriteLine($"{run.GetValue<int>()} {await fake.RunAsync<int>("square")} {made.Count}");
            """, Stop);
        await packed.BuildAsync(folder, analyzed: false);

        var output = await packed.RunAsync(folder, Path.Combine("bin", "Release", "net10.0", "Kit.dll"));
        Assert.Contains("144 144 3", output, StringComparison.Ordinal);
    }
}
